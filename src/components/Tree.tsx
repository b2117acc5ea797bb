import { Foreign } from './Foreign';
import styles from './Tree.module.css';

/** One fact, or a group of them. */
export interface TreeNode {
  label: string;
  /** Text from outside, as it came. */
  value?: string;
  /** A word on the value, which is ours. */
  note?: string;
  children?: readonly TreeNode[];
  /** Open from the start. */
  open?: boolean;
}

/** Facts that lie within facts. */
export function Tree({ label, nodes }: { label: string; nodes: readonly TreeNode[] }) {
  return (
    <ul className={styles.tree} aria-label={label}>
      {nodes.map((node, index) => (
        <Node key={index} node={node} />
      ))}
    </ul>
  );
}

function Node({ node }: { node: TreeNode }) {
  if (!node.children) {
    return (
      <li className={styles.leaf}>
        <Line node={node} />
      </li>
    );
  }
  return (
    <li>
      <details open={node.open}>
        <summary>
          <Line node={node} />
        </summary>
        <Tree label={node.label} nodes={node.children} />
      </details>
    </li>
  );
}

function Line({ node }: { node: TreeNode }) {
  return (
    <span className={styles.line}>
      <span className={styles.label}>
        <Foreign text={node.label} />
      </span>
      {node.value !== undefined && (
        <span className={`${styles.value} selectable`}>
          <Foreign text={node.value} mono />
        </span>
      )}
      {node.note && <span className={styles.note}>{node.note}</span>}
    </span>
  );
}
