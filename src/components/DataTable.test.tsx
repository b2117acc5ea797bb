import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataTable } from './DataTable';

const ROW_PX = 32;
const HEIGHT_PX = 640;

// jsdom lays nothing out: the list gets a height, and is told when it scrolls.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(HEIGHT_PX);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(HEIGHT_PX);
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(100_000 * ROW_PX);
  HTMLElement.prototype.scrollTo = function scrollTo(this: HTMLElement, to?: ScrollToOptions | number) {
    const top = typeof to === 'object' ? (to.top ?? 0) : 0;
    if (top === this.scrollTop) return;
    this.scrollTop = top;
    this.dispatchEvent(new Event('scroll'));
  };
});
afterEach(() => vi.restoreAllMocks());

interface Row {
  id: string;
}

const rowsOf = (count: number): Row[] => Array.from({ length: count }, (_, index) => ({ id: `row ${index}` }));

function Table({
  count,
  onOpen,
  onEnd,
  marks = false,
}: {
  count: number;
  onOpen?: (id: string) => void;
  onEnd?: () => void;
  marks?: boolean;
}) {
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<string>();
  return (
    <>
      <DataTable
        label="Rows"
        columns={[{ id: 'name', header: 'Name', width: '1fr', cell: (row: Row) => row.id }]}
        rows={rowsOf(count)}
        rowId={(row) => row.id}
        open={open}
        onOpen={(id) => {
          setOpen(id);
          onOpen?.(id);
        }}
        {...(onEnd ? { onEnd } : {})}
        {...(marks ? { marked, onMark: setMarked } : {})}
        empty="nothing here"
      />
      <output>{[...marked].join(',')}</output>
    </>
  );
}

const grid = () => screen.getByRole('grid');
const shownRows = () => within(grid()).getAllByRole('row').slice(1);

describe('a list', () => {
  it('of 100,000 rows has few of them in the document, and says how many there are', () => {
    render(<Table count={100_000} />);
    expect(shownRows().length).toBeGreaterThan(HEIGHT_PX / ROW_PX - 1);
    expect(shownRows().length).toBeLessThanOrEqual(100);
    expect(grid()).toHaveAttribute('aria-rowcount', '100001');
  });

  it('still has few of them at its end', async () => {
    render(<Table count={100_000} />);
    grid().focus();
    await userEvent.keyboard('{End}');
    expect(await screen.findByText('row 99999')).toBeInTheDocument();
    expect(shownRows().length).toBeLessThanOrEqual(100);
    expect(screen.queryByText('row 0')).toBeNull();
  });

  it('asks for more when its last rows come into sight, and not before', async () => {
    const onEnd = vi.fn();
    render(<Table count={500} onEnd={onEnd} />);
    expect(onEnd).not.toHaveBeenCalled();
    grid().focus();
    await userEvent.keyboard('{End}');
    expect(onEnd).toHaveBeenCalled();
  });

  it('shows what there is to do where there is nothing', () => {
    render(<Table count={0} />);
    expect(screen.getByText('nothing here')).toBeInTheDocument();
  });
});

describe('the keyboard', () => {
  it('walks with the arrows and opens with Enter', async () => {
    const onOpen = vi.fn();
    render(<Table count={50} onOpen={onOpen} />);
    grid().focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    expect(onOpen).not.toHaveBeenCalled();
    await userEvent.keyboard('{Enter}');
    expect(onOpen).toHaveBeenLastCalledWith('row 1');
  });

  it('takes the inspector along once one is open', async () => {
    const onOpen = vi.fn();
    render(<Table count={50} onOpen={onOpen} />);
    grid().focus();
    await userEvent.keyboard('{Enter}{ArrowDown}');
    expect(onOpen).toHaveBeenLastCalledWith('row 1');
  });

  it('stays within the list', async () => {
    const onOpen = vi.fn();
    render(<Table count={3} onOpen={onOpen} />);
    grid().focus();
    await userEvent.keyboard('{ArrowUp}{Enter}');
    expect(onOpen).toHaveBeenLastCalledWith('row 0');
    await userEvent.keyboard('{PageDown}{PageDown}{Enter}');
    expect(onOpen).toHaveBeenLastCalledWith('row 2');
  });
});

describe('marks', () => {
  const marked = () => screen.getByRole('status', { hidden: true }).textContent;

  it('are set and taken by Space', async () => {
    render(<Table count={5} marks />);
    grid().focus();
    await userEvent.keyboard(' {ArrowDown} ');
    expect(marked()).toBe('row 0,row 1');
    await userEvent.keyboard(' ');
    expect(marked()).toBe('row 0');
  });

  it('follow Shift and the arrows', async () => {
    render(<Table count={5} marks />);
    grid().focus();
    await userEvent.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    expect(marked()).toBe('row 0,row 1,row 2');
  });

  it('do not open a row', async () => {
    const onOpen = vi.fn();
    render(<Table count={5} marks onOpen={onOpen} />);
    await userEvent.click(within(shownRows()[2] as HTMLElement).getByRole('checkbox'));
    expect(marked()).toBe('row 2');
    expect(onOpen).not.toHaveBeenCalled();
  });

  it('of all rows are one click', async () => {
    render(<Table count={3} marks />);
    await userEvent.click(screen.getByLabelText('Mark every row that was loaded'));
    expect(marked()).toBe('row 0,row 1,row 2');
    await userEvent.click(screen.getByLabelText('Mark every row that was loaded'));
    expect(marked()).toBe('');
  });
});
