/** The screen Custody. */
export default function Custody() {
  return <h1>Custody</h1>;
}
