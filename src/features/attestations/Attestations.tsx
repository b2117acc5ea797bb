/** The screen Attestations. */
export default function Attestations() {
  return <h1>Attestations</h1>;
}
