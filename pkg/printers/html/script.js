'use strict';
(() => {
  const form = document.querySelector('.filter');
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const field = id => document.getElementById(id);

  const reports = all('.report').map(el => {
    const groups = all('.group', el).map((el, order) => ({
      el, order, details: el.firstElementChild, list: el.querySelector('.findings'),
      check: el.dataset.check, category: el.dataset.category,
      findings: all('.finding', el).map((el, order) => ({
        el, order, namespace: el.dataset.namespace, severity: el.dataset.severity, began: el.dataset.began, change: el.dataset.change,
      })),
    }));
    return {el, id: el.dataset.report, list: el.querySelector('.groups'), nothing: el.querySelector('.nothing'), groups};
  });
  const total = reports.reduce((n, r) => n + r.groups.reduce((n, g) => n + g.findings.length, 0), 0);
  if (total === 0) return;
  form.hidden = false;

  const textOf = (group, finding) =>
    finding.text ??= (group.check + ' ' + group.el.querySelector('h3').textContent + ' ' + finding.el.textContent).toLowerCase();

  function filter() {
    const words = field('text').value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(all('[name=severity]:checked', form).map(box => box.value));
    const [report, namespace, category, check, change] = ['report', 'namespace', 'category', 'check', 'change'].map(id => field(id)?.value ?? '');
    let shown = 0;
    for (const r of reports) {
      let inReport = 0;
      for (const g of r.groups) {
        const possible = (!report || r.id === report) && (!category || g.category === category) && (!check || g.check === check);
        g.shown = 0;
        for (const f of g.findings) {
          const matches = possible && severities.has(f.severity) && (!namespace || f.namespace === namespace) &&
            (!change || f.change === change) &&
            words.every(word => textOf(g, f).includes(word));
          if (f.el.hidden === matches) f.el.hidden = !matches;
          g.shown += matches;
        }
        const hidden = g.shown === 0;
        if (g.el.hidden !== hidden) g.el.hidden = hidden;
        inReport += g.shown;
      }
      if (r.nothing) r.nothing.hidden = inReport > 0;
      r.el.hidden = report !== '' && r.id !== report;
      shown += inReport;
    }
    form.querySelector('.shown').textContent = shown === total ? `${total} findings` : `${shown} of ${total} findings`;
  }

  const nameOf = finding => finding.name ??= finding.el.querySelector('h4').textContent;
  const byText = (a, b) => a < b ? -1 : a > b ? 1 : 0;
  const newest = g => g.findings.reduce((newest, f) => f.began > newest ? f.began : newest, '');
  const orders = {
    '': [() => 0, () => 0],
    newest: [(a, b) => byText(newest(b), newest(a)), (a, b) => byText(b.began, a.began)],
    most: [(a, b) => b.findings.length - a.findings.length, () => 0],
    check: [(a, b) => byText(a.check, b.check), () => 0],
    name: [(a, b) => byText(nameOf(a.findings[0]), nameOf(b.findings[0])), (a, b) => byText(nameOf(a), nameOf(b))],
  };

  function sort() {
    const [ofGroups, ofFindings] = orders[field('sort').value];
    for (const r of reports) {
      for (const g of r.groups) {
        g.findings.sort((a, b) => ofFindings(a, b) || a.order - b.order);
        g.list.append(...g.findings.map(f => f.el));
      }
      r.groups.sort((a, b) => ofGroups(a, b) || a.order - b.order);
      r.list?.append(...r.groups.map(g => g.el));
    }
  }

  const visible = () => reports.flatMap(r => r.groups).filter(g => !g.el.hidden);
  const expand = field('expand');
  const nameExpand = () => { expand.textContent = visible().some(g => !g.details.open) ? 'Expand all' : 'Collapse all'; };
  expand.addEventListener('click', () => {
    const open = visible().some(g => !g.details.open);
    for (const g of visible()) g.details.open = open;
    nameExpand();
  });

  let pending;
  form.addEventListener('input', event => {
    clearTimeout(pending);
    if (event.target.id === 'sort') sort();
    else pending = setTimeout(() => { filter(); nameExpand(); }, event.target.id === 'text' ? 120 : 0);
  });
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(() => { sort(); filter(); nameExpand(); }));

  // Namespaces of the scoreboard and numbers of changes are filters, if they have findings.
  const choose = (id, value) => { if (field(id)) field(id).value = value; };
  const offer = (element, id, value) => {
    if (![...field(id)?.options ?? []].some(option => option.value === value)) return;
    const button = Object.assign(document.createElement('button'), {type: 'button', textContent: element.textContent, title: 'Show these findings'});
    button.addEventListener('click', () => {
      choose(id, value);
      choose('report', element.closest('.overview').id);
      filter();
      nameExpand();
      form.scrollIntoView();
      field(id).focus({preventScroll: true});
    });
    element.replaceChildren(button);
  };
  for (const cell of all('th[data-namespace]')) offer(cell, 'namespace', cell.dataset.namespace);
  for (const count of all('.changed span')) offer(count, 'change', count.dataset.change);

  // Buttons are made where a reader looks: most of thousands are never seen.
  document.addEventListener('toggle', event => {
    if (!event.target.open) return;
    for (const code of all('.fix pre:not(:has(button))', event.target)) {
      const button = Object.assign(document.createElement('button'), {type: 'button', textContent: 'Copy'});
      button.addEventListener('click', async () => {
        button.textContent = await copy(code.firstElementChild) ? 'Copied' : 'Selected';
        setTimeout(() => { button.textContent = 'Copy'; }, 2000);
      });
      code.append(button);
    }
    nameExpand();
  }, true);

  async function copy(code) {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch {
      getSelection().selectAllChildren(code);
      return document.execCommand('copy');
    }
  }

  document.addEventListener('keydown', event => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== 'checkbox';
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field('text').focus();
    }
  });

  // Paper has no way to open what is closed.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = visible().filter(g => !g.details.open);
    for (const g of closed) g.details.open = true;
  });
  addEventListener('afterprint', () => { for (const g of closed) g.details.open = false; });

  // The fingerprint of a finding leads to it.
  function reveal() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target?.classList.contains('finding')) return;
    if (target.closest('[hidden]')) {
      form.reset();
      filter();
    }
    target.closest('details').open = true;
    target.scrollIntoView();
  }
  addEventListener('hashchange', reveal);
  filter();
  reveal();
})();
