/** The screen Anchors. */
export default function Anchors() {
  return <h1>Anchors</h1>;
}
