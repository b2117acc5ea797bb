/** The screen ActivityList. */
export default function ActivityList() {
  return <h1>ActivityList</h1>;
}
