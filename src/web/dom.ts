/** An element of index.html. */
export function byId<T extends Element>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`Cannot find an element of the page: id is ${id}`);
  return found;
}

interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly testId?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: ElementOptions,
  ...children: Node[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (options.class !== undefined) made.className = options.class;
  if (options.text !== undefined) made.textContent = options.text;
  if (options.testId !== undefined) made.dataset['testid'] = options.testId;
  for (const [name, value] of Object.entries(options.attributes ?? {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function button(text: string, options: Omit<ElementOptions, 'text'>, onClick: () => void): HTMLButtonElement {
  const made = element('button', { ...options, text, attributes: { type: 'button', ...options.attributes } });
  made.addEventListener('click', onClick);
  return made;
}
