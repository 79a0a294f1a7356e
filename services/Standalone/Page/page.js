// A client of the native dialect in one file. The token goes in the subprotocol list: a browser cannot set
// headers on a WebSocket, and a URL would be written to logs.
const element = id => document.getElementById(id);
const tokens = JSON.parse(document.body.dataset.tokens);
const mostLines = 500;

const meanings = {
  1000: 'normal end', 1001: 'going away', 1002: 'protocol error', 1003: 'binary is not accepted',
  1005: 'closed without a code', 1006: 'refused, or the line broke', 1007: 'not UTF-8', 1008: 'against the rules',
  1009: 'message too large', 1011: 'server error', 1012: 'restart', 1013: 'try again later',
  4401: 'token expired', 4403: 'token revoked', 4408: 'no sign of life', 4409: 'replaced by a newer connection',
  4429: 'too slow',
};

let socket = null;

function log(direction, text) {
  const line = document.createElement('li');
  for (const part of [new Date().toISOString().slice(11, 23), direction, text]) {
    const span = document.createElement('span');
    span.textContent = part;
    line.append(span);
  }
  const list = element('log');
  list.append(line);
  while (list.childElementCount > mostLines) list.firstElementChild.remove();
  list.scrollTop = list.scrollHeight;
}

function show(state, text = state) {
  const status = element('status');
  status.dataset.state = state;
  status.textContent = text;
  element('connect').disabled = state !== 'disconnected';
  element('disconnect').disabled = state === 'disconnected';
  for (const id of ['ping', 'join', 'leave', 'say']) element(id).disabled = state !== 'connected';
}

/** A token may be pasted with the word that stands before it in a header. */
const token = () => element('token').value.trim().replace(/^Bearer\s+/i, '');

/** One line for a person: who says what, and the rest as JSON. */
function readable(text) {
  try {
    const { type, from_name: from, room, content } = JSON.parse(text);
    const said = typeof content === 'string' ? content : content?.text ?? content?.body ?? content?.message;
    const head = [type, from && `from ${from}`, room && `in ${room}`].filter(Boolean).join(' ');
    return said === undefined ? `${head} ${JSON.stringify(content)}` : `${head}: ${said}\n${text}`;
  } catch {
    return text;
  }
}

/** A browser does not show a page why a handshake was refused; an ordinary request with the same token is answered with the reason. */
async function whyRefused() {
  try {
    const answer = await fetch('/publish', { method: 'POST', headers: { Authorization: `Bearer ${token()}`, 'Content-Type': 'application/json' }, body: '{}' });
    if (answer.status !== 401) return 'refused, or the connection was lost; try again';
    const { detail } = await answer.json();
    return `token refused: ${detail}${/expired/.test(detail) ? '; reload for a new token' : ''}`;
  } catch (error) {
    return `the server does not answer: ${error.message}`;
  }
}

function connect() {
  if (socket) return;
  show('connecting');
  const url = new URL('/ws', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  let opened;
  try {
    opened = new WebSocket(url, ['gateway.v1', `bearer.${token()}`]);
  } catch {
    show('disconnected', 'this is no token: it has characters that a token cannot have');
    return;
  }
  let wasOpen = false;
  socket = opened;
  opened.onopen = () => {
    wasOpen = true;
    show('connected', `connected as ${element('user').selectedOptions[0].text}`);
    log('•', `open: ${url}`);
  };
  opened.onmessage = event => log('←', readable(event.data));
  opened.onclose = async event => {
    socket = null;
    const meaning = event.code === 4401 ? 'token expired; reload for a new token' : meanings[event.code];
    const text = !wasOpen ? await whyRefused() : `closed: ${event.code}${meaning ? ` (${meaning})` : ''}${event.reason ? ` ${event.reason}` : ''}`;
    log('•', text);
    show('disconnected', text);
  };
}

function send(command) {
  const text = JSON.stringify(command);
  log('→', text);
  socket?.send(text);
}

async function publish() {
  const body = JSON.stringify({
    target: element('target').value.trim(),
    type: 'notification',
    content: { title: 'Test page', body: element('body').value },
  });
  log('→', `POST /publish ${body}`);
  try {
    const answer = await fetch('/publish', {
      method: 'POST',
      headers: { Authorization: `Bearer ${token()}`, 'Content-Type': 'application/json' },
      body,
    });
    log('←', `${answer.status} ${await answer.text()}${answer.status === 401 ? ' (reload for a new token)' : ''}`);
  } catch (error) {
    log('←', `POST /publish: ${error.message}`);
  }
}

function submit(id, action) {
  element(id).addEventListener('submit', event => {
    event.preventDefault();
    action();
  });
}

const click = (id, action) => element(id).addEventListener('click', action);
const room = () => element('name').value.trim();

for (const { user } of tokens) element('user').add(new Option(user, user));
element('user').add(new Option('another user', ''));
element('user').addEventListener('change', () => {
  element('token').value = tokens.find(t => t.user === element('user').value)?.token ?? '';
});
element('token').value = tokens[0]?.token ?? '';

submit('connection', connect);
click('disconnect', () => socket?.close(1000));
click('ping', () => send({ type: 'ping' }));
click('join', () => send({ type: 'join_room', content: room(), ref: `join ${room()}` }));
click('leave', () => send({ type: 'leave_room', content: room(), ref: `leave ${room()}` }));
submit('room', () => socket && send({ type: 'room_message', content: { room: room(), text: element('text').value } }));
submit('publish', publish);
click('clear', () => element('log').replaceChildren());
show('disconnected');
