// What travels over the WebSocket. Written by scripts/protocol from the models in tidings/live: change those.
// Types only; nothing here exists at run time.
// Taken over by types.d.ts, which the modules import.

/** An operation is committed. */
export interface Ack {
  type: "ack";
  ref: string;
  unread: number;
  revision: number;
}

/** The first message, and later the renewal of the token in place. */
export interface Auth {
  type: "auth";
  token: string;
  protocol?: number;
  cursor?: Cursor | null;
  replaces?: string | null;
  accept?: string[];
}

/** The first answer: who is welcome, where the inbox stands, and whether what was missed follows. */
export interface AuthOk {
  type: "auth_ok";
  renewed?: false;
  user: User;
  /** To be named as `replaces` by the next connection. */
  connection: string;
  session: string;
  heartbeat_s: number;
  /** Where the inbox stands; what is missing up to here follows. */
  cursor: Cursor;
  /** Whether it continues from the given cursor. */
  recovered: boolean;
  unread: number;
  revision: number;
  expires_at: string;
  /** What the person has chosen; null: nothing ever. */
  preferences: Record<string, unknown> | null;
  /** What is spoken from here on: the server's newest, or older servers': 1. */
  protocol?: number;
  /** The pages this server has; null or missing: it has none of its own. */
  build?: Build | null;
}

/** Which pages a server has, to tell whether one's own are older. */
export interface Build {
  /** The same for the same sources, on whichever host they were built. */
  id: string;
  made_at: string;
}

/** An item's id, and those of its fields that changed. */
export interface ChangedItem {
  id: string;
  seq?: number;
  title?: string;
  body?: string;
  format?: "text" | "markdown";
  level?: "info" | "success" | "warning" | "error";
  priority?: number;
  category?: string | null;
  url?: string | null;
  source?: string | null;
  data?: Record<string, unknown> | null;
  created_at?: string;
  updated_at?: string;
  read_at?: string | null;
  archived_at?: string | null;
  pinned_at?: string | null;
  snoozed_until?: string | null;
  count?: number;
}

/** The frame before the server closes. */
export interface Closing {
  type: "closing";
  code: number;
  reason: string;
  retry_after_ms?: number;
}

/** How far the browser has followed the inbox. */
export interface Cursor {
  epoch: string;
  seq: number;
  revision: number;
}

/** Ask for a page of a view, narrowed by all that is given; `ids` asks which of those belong to it. */
export interface History {
  type: "history";
  id: string;
  view: "inbox" | "unread" | "archived" | "snoozed" | "all";
  level?: "info" | "success" | "warning" | "error" | null;
  category?: string | null;
  source?: string | null;
  search?: string | null;
  ids?: string[] | null;
  before?: number | null;
  limit?: number;
}

/** The answer to `history`. */
export interface HistoryPage {
  type: "history";
  ref: string;
  items: Item[];
  /** `before` of the next page; null at the end. */
  next: number | null;
}

/** One notification in one person's inbox. */
export interface Item {
  /** Numbers this person's deliveries: ascending, in commit order. */
  seq: number;
  id: string;
  title: string;
  body: string;
  format: "text" | "markdown";
  level: "info" | "success" | "warning" | "error";
  /** 1 is quiet, 5 is urgent. */
  priority: number;
  category: string | null;
  url: string | null;
  /** Who published it. */
  source: string | null;
  data: Record<string, unknown> | null;
  created_at: string;
  updated_at: string;
  read_at: string | null;
  archived_at: string | null;
  pinned_at: string | null;
  snoozed_until: string | null;
  /** How often it was published under its dedupe key. */
  count: number;
}

/** Change the state of everything the person has seen. */
export interface MarkAll {
  type: "mark_all";
  id: string;
  as: "read" | "archived";
  through: number;
}

/** Change the state of items. */
export interface MarkItems {
  type: "mark";
  id: string;
  as: "read" | "unread" | "archived" | "unarchived" | "pinned" | "unpinned" | "snoozed" | "unsnoozed";
  items: string[];
  until?: string | null;
}

/** One or more new deliveries, ascending. */
export interface Notifications {
  type: "notifications";
  items: Item[];
  /** The number this continues from; greater than one's own: a hole. */
  after: number;
  cursor: Cursor;
  unread: number;
  /** Whether these were missed, not live. */
  replay: boolean;
}

/** Ask whether the other end is alive. */
export interface Ping {
  type: "ping";
  t?: number | string | null;
}

/** The answer to a ping of ours. */
export interface Pong {
  type: "pong";
  t?: number | string | null;
}

/** What the person has chosen, by whichever of their tabs and devices. */
export interface Preferences {
  type: "preferences";
  preferences: Record<string, unknown> | null;
}

/** A message could not be done; nothing was changed and the connection stays. */
export interface Refusal {
  type: "error";
  code: string;
  /** A sentence for the person. */
  message: string;
  ref?: string;
  /** When there, the same may be sent again after it. */
  retry_after_s?: number;
}

/** What another connection of the same person sent as `custom_message`. */
export interface Relayed {
  type: "custom_message";
  data?: unknown;
  from: string;
}

/** The answer to a later `auth`: the connection goes on with the new token. */
export interface Renewed {
  type: "auth_ok";
  renewed: true;
  user: User;
  connection: string;
  session: string;
  heartbeat_s: number;
  cursor: Cursor;
  expires_at: string;
}

/** A sign of life, asked for once a heartbeat. */
export interface ServerPing {
  type: "ping";
  /** To be given back in `pong`. */
  t: number;
  /** The newest number, so that a silent hole shows. */
  seq: number;
}

/** The answer to a browser's ping. */
export interface ServerPong {
  type: "pong";
  t: number | string | null;
}

/** The newest items, in place of whatever was held. */
export interface Snapshot {
  type: "snapshot";
  items: Item[];
  unread: number;
  revision: number;
  cursor: Cursor;
}

/** Take a `mark_all` back, named by its operation's id: what it changed and nobody has changed since. */
export interface Undo {
  type: "undo";
  id: string;
  of: string;
  as: "unread" | "unarchived";
}

/** Changes of items held: read, archived, pinned, snoozed, from wherever. */
export interface Updated {
  type: "updated";
  items: ChangedItem[];
  unread: number;
  revision: number;
}

/** Whose connection it is. */
export interface User {
  id: string;
  name: string;
}

export type ServerMessage =
  | AuthOk
  | Renewed
  | Snapshot
  | Notifications
  | Updated
  | HistoryPage
  | Ack
  | Refusal
  | ServerPing
  | ServerPong
  | Closing
  | Preferences
  | Relayed;

export type ClientMessage =
  | Auth
  | MarkItems
  | MarkAll
  | Undo
  | History
  | Ping
  | Pong;
