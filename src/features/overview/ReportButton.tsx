import { FileText } from 'lucide-react';
import { useMakeReport } from '@/api/risk';
import { Button } from '@/components/Button';
import { visible } from '@/components/Foreign';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';

/** Writes the report that can be printed. */
export function ReportButton() {
  const make = useMakeReport();
  const act = useAct(make);
  const toast = useToast();
  const run = async () => {
    const written = await act({});
    if (written) toast({ text: `The report is in ${visible(written.file)}.`, tone: 'good' });
  };
  return (
    <Button icon={<FileText aria-hidden="true" />} busy={make.isPending} onClick={run}>
      Make a report
    </Button>
  );
}
