// A client of the native dialect in one file. The token goes in the subprotocol list: a browser cannot set
// headers on a WebSocket, and a URL would be written to logs.
const element = id => document.getElementById(id);
const tokens = JSON.parse(document.body.dataset.tokens);
const mostLines = 500;

const meanings = {
  1000: 'normal closure', 1001: 'the gateway is shutting down', 1002: 'protocol error', 1003: 'binary messages are not accepted',
  1005: 'closed without a code', 1006: 'the connection was lost', 1007: 'invalid UTF-8', 1008: 'policy violation',
  1009: 'message too large', 1011: 'server error', 1012: 'restart', 1013: 'try again later',
  4401: 'token expired', 4403: 'token revoked', 4408: 'heartbeat timeout',
  4409: 'replaced by a newer connection', 4429: 'too slow',
};

let socket = null;

/** Adds a line: what happened, and the JSON below it where that says more. */
function log(direction, text, json = '') {
  const line = document.createElement('li');
  for (const part of [new Date().toISOString().slice(11, 23), direction, text]) {
    const span = document.createElement('span');
    span.textContent = part;
    line.append(span);
  }
  if (json) {
    const small = document.createElement('small');
    small.textContent = json;
    line.lastElementChild.append(small);
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

/** A token may be pasted with the header, the scheme or the quotation marks around it. */
const token = () => element('token').value.trim().replace(/^["']|["']$/g, '').replace(/^(Authorization:\s*)?Bearer\s+/i, '');

/** The user that a token names; null for a text that is not a token. */
function userOf(text) {
  try {
    return JSON.parse(atob(text.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).user_id ?? null;
  } catch {
    return null;
  }
}

/** Logs a received frame: type, sender, room and text, and the frame itself. */
function logFrame(frame) {
  let message;
  try {
    message = JSON.parse(frame);
  } catch {
    log('←', frame);
    return;
  }
  const { type, from_name: from, room, ref, content } = message;
  const text = typeof content === 'string' ? content : content?.text ?? content?.body ?? content?.message;
  const head = [type, from && `from ${from}`, room && `in ${room}`, ref && `to "${ref}"`].filter(Boolean).join(' ');
  log('←', text === undefined ? head : `${head}: ${text}`, frame);
}

const post = body => fetch('/publish', { method: 'POST', headers: { Authorization: `Bearer ${token()}`, 'Content-Type': 'application/json' }, body });

/** What the response to a refused token says. */
async function refusal(response) {
  const { detail } = await response.json();
  return `token refused: ${detail}${/expired/.test(detail) ? '; reload for a new token' : ''}`;
}

/** Browsers hide the reason of a refused handshake from the page. A request with the same token returns it. */
async function whyRefused() {
  try {
    const response = await post('{}');
    return response.status === 401 ? await refusal(response) : 'the handshake was refused or the connection was lost; try again';
  } catch (error) {
    return `no response from the server: ${error.message}`;
  }
}

/** Shows why there is no connection. */
function fail(text) {
  log('•', text);
  show('disconnected', text);
}

function connect() {
  if (socket) return;
  if (!token()) return fail('no token: choose a user or paste a token');
  show('connecting');
  const url = new URL('/ws', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  let opened;
  try {
    opened = new WebSocket(url, ['gateway.v1', `bearer.${token()}`]);
  } catch {
    return fail('not a token: it has characters that a token cannot have');
  }
  const user = userOf(token());
  let wasOpen = false;
  socket = opened;
  opened.onopen = () => {
    wasOpen = true;
    show('connected', `connected as ${user ?? 'the user of the token'}`);
    log('•', `open: ${url}`);
  };
  opened.onmessage = event => logFrame(event.data);
  opened.onclose = async event => {
    socket = null;
    if (!wasOpen) return fail(await whyRefused());
    const hint = event.code === 4401 ? '; reload for a new token' : '';
    fail(`closed with ${event.code}: ${event.reason || meanings[event.code] || 'no reason given'}${hint}`);
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
    const response = await post(body);
    log('←', `${response.status} ${response.status === 401 ? await refusal(response) : await response.text()}`);
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
