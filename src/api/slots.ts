import { useMutation, useMutationState, useQuery } from '@tanstack/react-query';
import { commands, type NewFactors, type Rotated } from './bindings';
import { call } from './call';
import { refreshAll } from './vault';

/** Every way to open the vault, and whether what it needs is here. */
export const useSlots = () => useQuery({ queryKey: ['slots'], queryFn: () => call(commands.slotsList()) });

/** What hardware there is, and which ways to open a vault it allows. Asking devices takes a moment. */
export const useAdvice = () =>
  useQuery({ queryKey: ['slots', 'advice'], queryFn: () => call(commands.slotsAdvice()), staleTime: 60_000 });

export const useAddSlot = () =>
  useMutation({ mutationFn: (wanted: NewFactors) => call(commands.slotsAdd(wanted)), onSuccess: refreshAll });

export const useLoss = (slot: string | null) =>
  useQuery({ queryKey: ['slots', 'loss', slot], queryFn: () => call(commands.slotsLoss(slot ?? '')), enabled: slot !== null });

export const useRemoveSlot = () =>
  useMutation({ mutationFn: (slot: string) => call(commands.slotsRemove(slot)), onSuccess: refreshAll });

export const useTestSlot = () => useMutation({ mutationFn: (slot: string) => call(commands.slotsTest(slot)) });

/** What each single loss would leave, by what the slots need: nothing is asked or written for it. */
export const useLosses = () => useQuery({ queryKey: ['slots', 'losses'], queryFn: () => call(commands.slotsDrill(false)) });

export const useDrill = () => useMutation({ mutationFn: (prove: boolean) => call(commands.slotsDrill(prove)) });

export const useReseal = () =>
  useMutation({ mutationFn: (slot: string) => call(commands.slotsReseal(slot, null, {})), onSuccess: refreshAll });

const ROTATING = ['vault', 'rotate'];

export const useRotate = () =>
  useMutation({
    mutationKey: ROTATING,
    mutationFn: (afterLeak: boolean) => call(commands.vaultRotate(afterLeak)),
    onSuccess: refreshAll,
  });

/** What the rotation did that ended a moment ago: it locks the vault, which takes away the screen that asked for it. */
export const useLastRotation = (): Rotated | undefined =>
  useMutationState({
    filters: { mutationKey: ROTATING, status: 'success' },
    select: (mutation) => mutation.state.data as Rotated | undefined,
  }).at(-1);
