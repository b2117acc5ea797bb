import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { LevelBar } from './LevelBar';
import { StackedArea } from './StackedArea';
import { Timeline } from './Timeline';

const SERIES = [
  { id: 'pqc', label: 'Post-quantum', colour: 'green' },
  { id: 'old', label: 'Vulnerable', colour: 'red' },
];
const POINTS = [
  { at: '2026-01-01T00:00:00Z', values: { pqc: 1, old: 90_000 } },
  { at: '2026-02-01T00:00:00Z', values: { pqc: 40_000, old: 50_001 } },
];

it('walks a stack by the keyboard, says its numbers, and leads to what is behind one', async () => {
  const onSelect = vi.fn();
  render(<StackedArea title="Trend" series={SERIES} points={POINTS} onSelect={onSelect} />);
  await userEvent.tab();
  await userEvent.tab();
  expect(screen.getByRole('option')).toHaveAccessibleName(/Post-quantum: 40,000/);
  await userEvent.keyboard('{ArrowUp}');
  expect(screen.getByRole('option')).toHaveAccessibleName(/Vulnerable: 50,001/);
  await userEvent.keyboard('{ArrowLeft}{Enter}');
  expect(onSelect).toHaveBeenCalledWith('old', '2026-01-01T00:00:00Z');
});

it('shows the same numbers as a table', async () => {
  render(<StackedArea title="Trend" series={SERIES} points={POINTS} />);
  await userEvent.click(screen.getByRole('button', { name: /as a table/ }));
  expect(screen.getByRole('cell', { name: '50,001' })).toBeVisible();
});

it('says of what nobody counted that it was not counted, and never 0', async () => {
  const old = { at: '2025-12-01T00:00:00Z', values: { old: 7 } };
  render(<StackedArea title="Trend" series={SERIES} points={[old, ...POINTS]} />);
  await userEvent.click(screen.getByRole('button', { name: /as a table/ }));
  expect(screen.getByRole('row', { name: /Dec 2025/ })).toHaveTextContent(/Not counted7$/);
});

it('has a button for each part of a bar that is not empty', async () => {
  const onSelect = vi.fn();
  const parts = [
    { id: 'LOW', label: 'Low', value: 75, colour: 'grey' },
    { id: 'HIGH', label: 'High', value: 25, colour: 'black' },
    { id: 'CRITICAL', label: 'Critical', value: 0, colour: 'red' },
  ];
  render(<LevelBar title="Levels" parts={parts} onSelect={onSelect} />);
  await userEvent.click(screen.getByRole('button', { name: 'High: 25 (25 %)' }));
  expect(onSelect).toHaveBeenCalledWith('HIGH');
  expect(screen.queryByRole('button', { name: /Critical/ })).toBeNull();
});

it('leads from a deadline to those that miss it', async () => {
  const onSelect = vi.fn();
  const deadlines = [{ id: 'cnsa-2027', at: '2027-01-01', label: 'CNSA 2.0: new systems', missing: 12_345 }];
  render(<Timeline title="Deadlines" deadlines={deadlines} now="2026-11-25" onSelect={onSelect} />);
  await userEvent.click(screen.getByRole('button', { name: /12,345 miss it/ }));
  expect(onSelect).toHaveBeenCalledWith('cnsa-2027');
});
