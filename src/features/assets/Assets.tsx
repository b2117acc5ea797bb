/** The screen Assets. */
export default function Assets() {
  return <h1>Assets</h1>;
}
