import { useDecline } from '@/api/ask';
import type { Question } from '@/api/bindings';
import { Banner } from '@/components/Badge';
import { Dialog } from '@/components/Dialog';
import { Foreign } from '@/components/Foreign';
import { AcceptLosses } from './AcceptLosses';
import { Answer } from './Answer';
import { Await } from './Await';
import { PlaceShares } from './PlaceShares';
import { type Asking, asking } from './questions';
import { useReport } from './useReport';

/** Asks the person what the core wants to know. Cancelling declines: what asked comes to nothing. */
export default function QuestionDialog({ question }: { question: Question }) {
  const decline = useDecline();
  const report = useReport();
  const cancel = () => decline.mutate(question, { onError: report });
  // Until the core says that it has stopped: a touch that has begun is waited for.
  const stopping = decline.isPending || decline.isSuccess;
  if (question.kind === 'at_wallet' || question.kind === 'at_yubikey' || question.kind === 'at_keyring')
    return <Await question={question} stopping={stopping} onStop={cancel} />;
  if (question.kind === 'losses') return <AcceptLosses question={question} onCancel={cancel} />;
  const about = asking(question);
  return (
    <Dialog open onClose={cancel} insistent title={about.title}>
      <About question={question} about={about} />
      {question.kind === 'shares_ready' ? (
        <PlaceShares question={question} onCancel={cancel} />
      ) : (
        <Answer question={question} about={about} onCancel={cancel} />
      )}
    </Dialog>
  );
}

function About({ question, about }: { question: Question; about: Asking }) {
  return (
    <>
      {question.slot !== null && (
        <p>
          For <Foreign text={question.slot} />
        </p>
      )}
      <p>{about.text}</p>
      {question.told !== null && <Banner tone="warn">{question.told}</Banner>}
    </>
  );
}
