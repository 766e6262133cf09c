// What outlives a page: the outbox and the newest items, in IndexedDB, or in memory where there is none.
// No globals (the database factory is given), no knowledge of what the rows mean.
// Made by browser.js, used by keeper.js and outbox.js through the Storage interface.

/** @import {CacheRow, Operation, Storage} from "./types.js" */

const NAME = "tidings";
const VERSION = 1;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {IDBDatabase} database */
function layOut(database) {
  const outbox = database.createObjectStore("outbox", { keyPath: "order", autoIncrement: true });
  outbox.createIndex("id", "id", { unique: true });
  outbox.createIndex("user", "user");
  database.createObjectStore("cache", { keyPath: "user" });
}

/** @param {IDBFactory} factory @returns {Promise<IDBDatabase>} */
function open(factory) {
  const request = factory.open(NAME, VERSION);
  request.onupgradeneeded = () => layOut(request.result);
  return answer(request).then((database) => {
    // Another tab with a newer version must not wait for this one.
    database.onversionchange = () => database.close();
    return database;
  });
}

/** Keep in IndexedDB; calls take effect in the order they were made.
 * @param {IDBFactory} factory
 * @returns {Storage} */
export function openStorage(factory) {
  /** @type {Promise<IDBDatabase> | null} */
  let opening = null;

  /** @template T
   * @param {"outbox" | "cache"} name
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => Promise<T>} work */
  async function within(name, mode, work) {
    opening ??= open(factory);
    const database = await opening;
    return work(database.transaction(name, mode).objectStore(name));
  }

  return {
    readCache: (user) => within("cache", "readonly", (store) => answer(store.get(user))),
    writeCache: (row) => within("cache", "readwrite", (store) => answer(store.put(row))),
    operations: (user) => within("outbox", "readonly", (store) => answer(store.index("user").getAll(user))),
    addOperation: (operation) => within("outbox", "readwrite", (store) => answer(store.put(operation))),
    removeOperation: (id) =>
      within("outbox", "readwrite", async (store) => {
        const key = await answer(store.index("id").getKey(id));
        if (key !== undefined) await answer(store.delete(key));
      }),
    clear: () =>
      Promise.all([
        within("outbox", "readwrite", (store) => answer(store.clear())),
        within("cache", "readwrite", (store) => answer(store.clear())),
      ]),
  };
}

/** Keep in memory: for browsers that refuse to store, and for tests.
 * @returns {Storage} */
export function memoryStorage() {
  /** @type {Map<string, CacheRow>} */
  const cache = new Map();
  /** @type {Map<number, Operation>} */
  const outbox = new Map();
  let last = 0;
  return {
    readCache: async (user) => structuredClone(cache.get(user)),
    writeCache: async (row) => cache.set(row.user, structuredClone(row)),
    operations: async (user) =>
      structuredClone([...outbox.values()].filter((operation) => operation.user === user)),
    addOperation: async (operation) => {
      const order = operation.order ?? ++last;
      outbox.set(order, { ...structuredClone(operation), order });
    },
    removeOperation: async (id) => {
      for (const [order, operation] of outbox) if (operation.id === id) outbox.delete(order);
    },
    clear: async () => {
      cache.clear();
      outbox.clear();
    },
  };
}

/** Never let a full or forbidden disk break the page: what cannot be kept is simply not kept.
 * @param {Storage} storage
 * @returns {Storage} */
export const forgiving = (storage) => ({
  readCache: (user) => storage.readCache(user).catch(() => undefined),
  writeCache: (row) => storage.writeCache(row).catch(() => undefined),
  operations: (user) => storage.operations(user).catch(() => []),
  addOperation: (operation) => storage.addOperation(operation).catch(() => undefined),
  removeOperation: (id) => storage.removeOperation(id).catch(() => undefined),
  clear: () => storage.clear().catch(() => undefined),
});
