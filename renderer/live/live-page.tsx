/** Live: what will be here, said honestly until it is. */
import { Radio } from 'lucide-react';
import type { ReactNode } from 'react';
import { PageHeader } from '../parts/page-header.tsx';
import { Message } from '../parts/states.tsx';

export function LivePage(): ReactNode {
  return (
    <>
      <PageHeader title="Live" />
      <Message icon={Radio} title="Live is not here yet">
        One encode to every platform, with a slate when the source drops and targets that come back by themselves. Until it is built, this
        page promises nothing; exports work today.
      </Message>
    </>
  );
}
