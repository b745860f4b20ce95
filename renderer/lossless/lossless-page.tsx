/** Lossless: what will be here, said honestly until it is. */
import { Scissors } from 'lucide-react';
import type { ReactNode } from 'react';
import { PageHeader } from '../parts/page-header.tsx';
import { Message } from '../parts/states.tsx';

export function LosslessPage(): ReactNode {
  return (
    <>
      <PageHeader title="Lossless" />
      <Message icon={Scissors} title="Lossless is not here yet">
        Another container without encoding again, cuts at keyframes, tracks and chapters as you want them. Until it is built, use Export.
      </Message>
    </>
  );
}
