/** The screen Scans. */
export default function Scans() {
  return <h1>Scans</h1>;
}
