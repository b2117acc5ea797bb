import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { type Filter, FilterBar } from './FilterBar';

const LEVELS = [
  { value: 'LOW', label: 'Low' },
  { value: 'HIGH', label: 'High' },
  { value: 'CRITICAL', label: 'Critical' },
];

function bar(filter: Partial<Filter>) {
  const onChange = vi.fn();
  const onClear = vi.fn();
  render(
    <FilterBar
      filters={[{ id: 'level', label: 'Level', options: LEVELS, chosen: [], ...filter }]}
      onChange={onChange}
      onClear={onClear}
    />,
  );
  const choose = async (label: string) => {
    await userEvent.click(screen.getByRole('button', { name: /Filter by Level/ }));
    await userEvent.click(await screen.findByRole('menuitemcheckbox', { name: new RegExp(label) }));
  };
  return { onChange, onClear, choose };
}

it('adds a value to those that are chosen', async () => {
  const { onChange, choose } = bar({ chosen: ['LOW'] });
  await choose('High');
  expect(onChange).toHaveBeenCalledWith('level', ['LOW', 'HIGH']);
});

it('takes a value away that is chosen', async () => {
  const { onChange, choose } = bar({ chosen: ['LOW', 'HIGH'] });
  await choose('High');
  expect(onChange).toHaveBeenCalledWith('level', ['LOW']);
});

it('changes the value of a filter that has one', async () => {
  const { onChange, choose } = bar({ chosen: ['LOW'], single: true });
  await choose('High');
  expect(onChange).toHaveBeenCalledWith('level', ['HIGH']);
});

it('says what is chosen, and counts it where that is much', () => {
  bar({ chosen: ['LOW', 'HIGH'] });
  expect(screen.getByText('Low, High')).toBeInTheDocument();
});

it('counts what is chosen where that is much', () => {
  bar({ chosen: ['LOW', 'HIGH', 'CRITICAL'] });
  expect(screen.getByText('3 chosen')).toBeInTheDocument();
});

it('is cleared by one click, where there is something to clear', async () => {
  const { onClear } = bar({ chosen: ['LOW'] });
  await userEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
  expect(onClear).toHaveBeenCalledOnce();
});

it('offers no clearing where nothing is chosen', () => {
  bar({});
  expect(screen.queryByRole('button', { name: 'Clear filters' })).toBeNull();
});
