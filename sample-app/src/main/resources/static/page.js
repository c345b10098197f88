// The page of the sample: what is shown comes from /events, what is done goes to /orders and /operations.

const SHOWN = 50;
const SECONDS = 60;
const byId = (id) => document.getElementById(id);

// Orders by id, in the order in which this page met them, and those placed by hand that are not billed yet
const orders = new Map();
const awaited = new Set();
let deadOrders = new Set();
let deadLetterCount;

function element(name, attributes = {}, ...content) {
	const made = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) {
		made.setAttribute(key, value);
	}
	made.append(...content);
	return made;
}

function badge(node, text, kind = '') {
	node.textContent = text;
	node.className = `badge ${kind}`;
}

let silence;
function say(text) {
	byId('said').textContent = text;
	clearTimeout(silence);
	silence = setTimeout(() => byId('said').textContent = '', 6000);
}

async function call(method, path, body) {
	const headers = body ? { 'Content-Type': 'application/json' } : {};
	const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
	const text = await response.text();
	if (response.ok) {
		return text ? JSON.parse(text) : undefined;
	}
	let detail;
	try {
		detail = JSON.parse(text).detail;
	}
	catch {
		// Not from the application
	}
	throw Object.assign(new Error(detail || `The server answered ${response.status}`), { status: response.status });
}

// Runs what a button or a form is for, with the button disabled meanwhile
async function run(button, action) {
	button.disabled = true;
	try {
		await action();
	}
	catch (problem) {
		say(problem.message);
	}
	finally {
		button.disabled = false;
		showState();
	}
}

/* Orders */

function statusOf(order) {
	if (order.status === 'NEW' && deadOrders.has(order.id)) {
		return ['Dead letter', 'bad'];
	}
	return { NEW: ['New', 'wait'], BILLED: ['Billed', 'good'], FAILED: ['No price', 'bad'] }[order.status];
}

function announce({ id, status }) {
	const news = { NEW: 'placed', BILLED: 'billed', FAILED: 'refused: it has no price' }[status];
	say(`Order ${id.slice(0, 8)} is ${news}`);
}

function fill(entry) {
	const { order, at, row } = entry;
	const status = element('span');
	badge(status, ...statusOf(order));
	const id = element('code', {}, order.id.slice(0, 8));
	const total = (order.total === null) ? '' : Number(order.total).toFixed(2);
	const cell = (content, kind = '') => element('td', { role: 'cell', class: kind }, content);
	row.replaceChildren(
		cell(order.status === 'BILLED'
			? element('a', { href: `/orders/${order.id}/invoice`, title: 'Invoice' }, id) : id),
		cell(order.sku), cell(order.quantity, 'number'), cell(order.region), cell(total, 'number'), cell(status),
		cell(element('time', { datetime: at }, new Date(at).toLocaleTimeString()), 'number'));
}

function showOrders(changes, afresh) {
	if (afresh) {
		orders.clear();
		byId('orders').replaceChildren();
	}
	for (const { order, at } of changes) {
		let entry = orders.get(order.id);
		if (!entry) {
			entry = { row: element('tr', { role: 'row', 'data-order': order.id }) };
			orders.set(order.id, entry);
			byId('orders').prepend(entry.row);
		}
		Object.assign(entry, { order, at });
		fill(entry);
		if (order.status !== 'NEW' && awaited.delete(order.id)) {
			announce(order);
		}
		if (!afresh) {
			entry.row.classList.remove('changed');
			requestAnimationFrame(() => entry.row.classList.add('changed'));
		}
	}
	for (const [id, entry] of orders) {
		if (orders.size <= SHOWN) {
			break;
		}
		entry.row.remove();
		orders.delete(id);
	}
	byId('no-orders').hidden = orders.size > 0;
	byId('orders').closest('table').hidden = orders.size === 0;
}

/* Panel */

let figures = null;
const past = { rate: [], lag: [] };

function showState() {
	const state = figures ? figures.state : 'UNKNOWN';
	badge(byId('state'), state.charAt(0) + state.slice(1).toLowerCase(),
		{ RUNNING: 'good', PAUSED: 'wait', STALLED: 'bad', FAILED: 'bad' }[state]);
	byId('state').title = figures?.detail || '';
	byId('pause').disabled = !figures || state === 'PAUSED';
	byId('resume').disabled = state !== 'PAUSED';
	byId('redrive-all').disabled = !deadLetterCount;
}

function showFigures(now) {
	figures = now;
	const text = (value) => (value ?? '–').toLocaleString();
	byId('rate').textContent = text(figures?.rate);
	byId('lag').textContent = text(figures?.lag);
	byId('in-flight').textContent = text(figures?.inFlight);
	byId('dead-letters').textContent = text(figures?.deadLetters);
	byId('dead-letters').classList.toggle('some', figures?.deadLetters > 0);
	const count = figures?.deadLetters;
	if (typeof count === 'number' && count !== deadLetterCount) {
		deadLetterCount = count;
		showLetters();
	}
	showState();
}

function graph(name) {
	const values = past[name];
	values.push(figures?.[name] ?? 0);
	if (values.length > SECONDS) {
		values.shift();
	}
	const top = Math.max(1, ...values);
	const start = SECONDS - values.length;
	byId(`${name}-graph`).setAttribute('points',
		values.map((value, at) => `${start + at},${19 - 18 * value / top}`).join(' '));
}

setInterval(() => {
	graph('rate');
	graph('lag');
}, 1000);

/* Dead letters and holds */

let asked = 0;
async function showLetters() {
	const question = ++asked;
	let letters;
	try {
		letters = await call('GET', '/operations/dead-letters');
	}
	catch (problem) {
		say(problem.message);
		return;
	}
	if (question !== asked) {
		return;
	}
	deadOrders = new Set(letters.map((letter) => letter.order));
	byId('letters').replaceChildren(...letters.map((letter) => {
		const redrive = element('button', { type: 'button', class: 'small', 'aria-label':
			`Redrive order ${(letter.order || letter.id).slice(0, 8)}` }, 'Redrive');
		redrive.addEventListener('click', () => run(redrive, async () => {
			await call('POST', `/operations/dead-letters/${encodeURIComponent(letter.id)}/redrive`);
			say('Redriven');
			await showLetters();
		}));
		return element('li', { 'data-letter': letter.id, 'data-order': letter.order || '' },
			element('div', {},
				element('code', {}, (letter.order || letter.subject).slice(0, 8)), ` ${letter.sku || 'not readable'}`,
				element('span', { class: 'hint' },
					`${letter.reason} · ${letter.subject} · ${new Date(letter.storedAt).toLocaleTimeString()}`)),
			redrive);
	}));
	byId('no-letters').hidden = letters.length > 0;
	for (const entry of orders.values()) {
		fill(entry);
	}
}

let heldBefore = '';
function showHolds(held) {
	if (held.join() === heldBefore) {
		return;
	}
	heldBefore = held.join();
	byId('holds').replaceChildren(...held.map((sku) => {
		const release = element('button', { type: 'button', class: 'small', 'aria-label': `Release ${sku}` }, 'Release');
		release.addEventListener('click', () => run(release, async () => {
			await call('DELETE', `/operations/holds/${encodeURIComponent(sku)}`);
			say(`${sku} can be billed again`);
		}));
		return element('li', { 'data-sku': sku }, sku, release);
	}));
}

/* What the visitor does */

byId('order').addEventListener('submit', (event) => {
	event.preventDefault();
	run(byId('place'), async () => {
		const order = await call('POST', '/orders', {
			sku: byId('sku').value, quantity: byId('quantity').valueAsNumber, region: byId('region').value });
		// Its events may have been faster
		const known = orders.get(order.id)?.order ?? order;
		if (known.status === 'NEW') {
			awaited.add(known.id);
		}
		announce(known);
	});
});

byId('many').addEventListener('click', () => run(byId('many'), async () => {
	let left = 100;
	const pick = (from) => from[Math.floor(Math.random() * from.length)];
	const worker = async () => {
		while (left-- > 0) {
			await call('POST', '/orders', { sku: pick(['tea', 'chair', 'lamp', 'sofa']),
				quantity: pick([1, 2, 3, 4]), region: pick(['eu', 'us', 'apac']) });
		}
	};
	await Promise.all([worker(), worker(), worker(), worker()]);
	say('100 orders are placed');
}));

byId('hold').addEventListener('submit', (event) => {
	event.preventDefault();
	run(byId('put-on-hold'), async () => {
		await call('PUT', `/operations/holds/${encodeURIComponent(byId('held').value)}`);
		say(`${byId('held').value} is on hold`);
		byId('held').value = '';
	});
});

for (const action of ['pause', 'resume']) {
	byId(action).addEventListener('click', () => run(byId(action), () => call('POST', `/operations/billing/${action}`)));
}

byId('redrive-all').addEventListener('click', () => run(byId('redrive-all'), async () => {
	const { redriven, failed } = await call('POST', '/operations/dead-letters/redrive');
	say(failed ? `${redriven} redriven, ${failed} failed again` : `${redriven} redriven`);
	await showLetters();
}));

/* Events: the browser connects again by itself, unless the server refuses */

function follow() {
	const events = new EventSource('/events');
	events.addEventListener('open', () => {
		badge(byId('link'), 'Live', 'good');
		byId('notice').hidden = true;
	});
	events.addEventListener('message', (event) => {
		const update = JSON.parse(event.data);
		showOrders(update.orders, update.afresh);
		showHolds(update.holds);
		showFigures(update.figures);
	});
	events.addEventListener('error', () => {
		badge(byId('link'), 'Not connected', 'bad');
		showFigures(null);
		if (events.readyState === EventSource.CLOSED) {
			setTimeout(follow, 5000);
			explain();
		}
	});
}

// An EventSource does not tell why it was refused
async function explain() {
	try {
		await call('GET', '/operations/dead-letters');
	}
	catch (problem) {
		byId('notice').hidden = problem.status !== 403;
		byId('notice').textContent = problem.message;
	}
}

showOrders([], true);
showState();
follow();
