import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { ScoreSum } from './Score';
import { VerdictMark } from './Verdict';

it('says a verdict in a word also where only its shape is shown', () => {
  render(<VerdictMark bare verdict="NON_PQC" of="Key exchange" />);
  expect(screen.getByText('Key exchange: Quantum-vulnerable')).toBeInTheDocument();
});

it('shows a score as the sum that it is', () => {
  render(
    <ScoreSum
      total={30}
      addends={[
        { label: 'Algorithms', value: 40 },
        { label: 'Wrapping', value: -10 },
      ]}
    />,
  );
  expect(screen.getByRole('row', { name: 'Algorithms +40' })).toBeInTheDocument();
  expect(screen.getByRole('row', { name: 'Wrapping −10' })).toBeInTheDocument();
});
