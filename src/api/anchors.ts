import { useMutation, useQuery } from '@tanstack/react-query';
import { commands, type NewAnchor } from './bindings';
import { call } from './call';
import { client } from './client';

const CHANGED = ['anchors', 'environments', 'secrets', 'assets', 'risk', 'audit', 'vault'];
const refresh = () => Promise.all(CHANGED.map((key) => client.invalidateQueries({ queryKey: [key] })));

/** Every anchor with its versions. */
export const useAnchors = () => useQuery({ queryKey: ['anchors'], queryFn: () => call(commands.anchorsList()) });

export const useCreateAnchor = () =>
  useMutation({ mutationFn: (wanted: NewAnchor) => call(commands.anchorsCreate(wanted)), onSuccess: refresh });

export const useActivateAnchor = () =>
  useMutation({ mutationFn: (anchor: string) => call(commands.anchorsActivate(anchor)), onSuccess: refresh });

export const useRotateAnchor = () =>
  useMutation({
    mutationFn: ({ anchor, suite }: { anchor: string; suite: string | null }) => call(commands.anchorsRotate(anchor, suite)),
    onSuccess: refresh,
  });

export const useRewrap = () =>
  useMutation({ mutationFn: (anchor: string) => call(commands.anchorsRewrap(anchor)), onSuccess: refresh });
