/** The first run. */
export function Onboarding({ folder }: { folder: string }) {
  return <main>{folder}</main>;
}
