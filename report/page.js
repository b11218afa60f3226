// @ts-check
/*
 * What the report can do beside being read: sort its tables, and filter their rows. All that is shown is in the page
 * already, so it is complete without this.
 */
(() => {
  'use strict';

  const inOrder = new Intl.Collator('en', { numeric: true });

  /** @typedef {'ascending' | 'descending'} Direction */

  /**
   * What a row is sorted by, and undefined for what is unknown.
   *
   * @param {HTMLTableRowElement} row
   * @param {number} column
   * @param {boolean} isNumber
   * @returns {string | number | undefined}
   */
  function keyOf(row, column, isNumber) {
    const cell = row.cells[column];
    if (!isNumber) {
      return cell.querySelector('.path')?.textContent ?? cell.textContent ?? '';
    }
    return cell.dataset.key ? Number(cell.dataset.key) : undefined;
  }

  /**
   * What is unknown comes last, in both directions.
   *
   * @param {string | number | undefined} one
   * @param {string | number | undefined} other
   * @param {Direction} direction
   * @returns {number}
   */
  function compare(one, other, direction) {
    if (one === undefined || other === undefined) {
      return Number(one === undefined) - Number(other === undefined);
    }
    const order = typeof one === 'number' && typeof other === 'number' ? one - other : inOrder.compare(String(one), String(other));
    return direction === 'ascending' ? order : -order;
  }

  /**
   * @param {HTMLTableCellElement} header
   * @param {Direction} direction
   */
  function sortBy(header, direction) {
    const table = /** @type {HTMLTableElement} */ (header.closest('table'));
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((row) => ({ row, key: keyOf(row, header.cellIndex, header.dataset.sort === 'number') }));
    keyed.sort((one, other) => compare(one.key, other.key, direction));
    table.querySelector('[aria-sort]')?.removeAttribute('aria-sort');
    header.setAttribute('aria-sort', direction);
    body.append(...keyed.map(({ row }) => row));
  }

  /** @param {HTMLTableCellElement} header */
  function makeSortable(header) {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener('click', () => {
      // The greatest number is looked for more often than the least.
      /** @type {Direction[]} */
      const directions = header.dataset.sort === 'number' ? ['descending', 'ascending'] : ['ascending', 'descending'];
      sortBy(header, header.getAttribute('aria-sort') === directions[0] ? directions[1] : directions[0]);
    });
  }

  /** What a row is found by: the paths of its function and its warmer. */
  const rows = [...document.querySelectorAll('tbody tr')].map((row) => ({
    row: /** @type {HTMLTableRowElement} */ (row),
    text: [...row.querySelectorAll('.path, .for-filter')].map(({ textContent }) => textContent).join('\n').toLowerCase(),
  }));
  const controls = /** @type {HTMLElement} */ (document.querySelector('.controls'));
  const filter = /** @type {HTMLInputElement} */ (document.getElementById('filter'));
  const matches = /** @type {HTMLOutputElement} */ (document.getElementById('matches'));

  function applyFilter() {
    const wanted = filter.value.trim().toLowerCase();
    for (const { row, text } of rows) {
      row.hidden = !text.includes(wanted);
    }
    for (const table of document.querySelectorAll('table')) {
      table.closest('section')?.classList.toggle('unmatched', [...table.tBodies[0].rows].every(({ hidden }) => hidden));
    }
    const shown = rows.filter(({ row }) => !row.hidden).length;
    matches.value = wanted === '' ? '' : `${shown} of ${rows.length} rows match “${filter.value.trim()}”`;
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const isWriting = event.target instanceof HTMLInputElement;
    if (event.key === '/' && !isWriting && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      filter.focus();
    } else if (event.key === 'Escape' && filter.value !== '') {
      event.preventDefault();
      filter.value = '';
      applyFilter();
    }
  }

  for (const header of document.querySelectorAll('th[data-sort]')) {
    makeSortable(/** @type {HTMLTableCellElement} */ (header));
  }
  if (rows.length > 0) {
    controls.hidden = false;
    filter.addEventListener('input', applyFilter);
    document.addEventListener('keydown', onKey);
    // A browser that comes back to the page may have kept what was written.
    applyFilter();
  }
})();
