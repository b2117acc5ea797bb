import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { Foreign, visible } from './Foreign';

it('shows by its code what turns text round', () => {
  render(<Foreign text={'invoice\u202egnp.exe'} />);
  expect(screen.getByText('invoice‹202E›gnp.exe')).toBeInTheDocument();
});

it.each([
  ['a zero-width space', 'pay\u200bpal', 'pay‹200B›pal'],
  ['a control', 'a\u0007b', 'a‹0007›b'],
  ['a line end', 'a\nb', 'a‹000A›b'],
  ['an escape', '\u001b[31mred', '‹001B›[31mred'],
  ['an isolate', 'a\u2067b\u2069', 'a‹2067›b‹2069›'],
  ['a line separator', 'a\u2028b', 'a‹2028›b'],
  ['a private letter', 'a\ue000b', 'a‹E000›b'],
  ['a tag beyond the first plane', 'a\u{e0041}b', 'a‹E0041›b'],
])('shows %s', (_, text, shown) => expect(visible(text)).toBe(shown));

it('leaves the letters of every language as they are', () => {
  const text = 'Zürich – 東京 – שלום – example.com';
  expect(visible(text)).toBe(text);
});

it('is text and never markup, and keeps its direction to itself', () => {
  const { container } = render(<Foreign text="<img src=x onerror=alert(1)>" />);
  expect(container.querySelector('img')).toBeNull();
  expect(container.querySelector('bdi')).toHaveTextContent('<img src=x onerror=alert(1)>');
});
