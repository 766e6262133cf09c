/* The limit: what one core and this kernel can do. WebSockets in one epoll loop, one send() per frame, nothing else.
 * No promise of any kind comes in here: a reader who is slow loses frames. POST /publish goes to everybody.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 20000
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455, 1.3 */

struct peer {
  int open; /* upgraded to a WebSocket */
  size_t size;
  char *asked;
};

static struct peer peers[MOST + 64];
static int open_fds[MOST], open_count;

static uint32_t turn(uint32_t x, int by) { return x << by | x >> (32 - by); }

/* SHA-1 of a short text (RFC 3174): the handshake wants it. */
static void sha1(const char *text, uint8_t digest[20]) {
  uint8_t block[128] = {0};
  size_t size = strlen(text), blocks = (size + 8) / 64 + 1;
  memcpy(block, text, size);
  block[size] = 0x80;
  block[blocks * 64 - 2] = (uint8_t)(size * 8 >> 8);
  block[blocks * 64 - 1] = (uint8_t)(size * 8);
  uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  for (size_t b = 0; b < blocks; b++) {
    uint32_t w[80], a = h[0], c = h[1], d = h[2], e = h[3], f = h[4];
    for (int i = 0; i < 16; i++) {
      uint8_t *at = block + b * 64 + i * 4;
      w[i] = (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
    }
    for (int i = 16; i < 80; i++) w[i] = turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
      uint32_t k, t;
      if (i < 20) t = (c & d) | (~c & e), k = 0x5A827999;
      else if (i < 40) t = c ^ d ^ e, k = 0x6ED9EBA1;
      else if (i < 60) t = (c & d) | (c & e) | (d & e), k = 0x8F1BBCDC;
      else t = c ^ d ^ e, k = 0xCA62C1D6;
      t = turn(a, 5) + t + f + k + w[i];
      f = e, e = d, d = turn(c, 30), c = a, a = t;
    }
    h[0] += a, h[1] += c, h[2] += d, h[3] += e, h[4] += f;
  }
  for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static void base64(const uint8_t *from, int size, char *to) {
  static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0; i < size; i += 3) {
    uint32_t v = from[i] << 16 | (i + 1 < size ? from[i + 1] << 8 : 0) | (i + 2 < size ? from[i + 2] : 0);
    *to++ = set[v >> 18];
    *to++ = set[v >> 12 & 63];
    *to++ = i + 1 < size ? set[v >> 6 & 63] : '=';
    *to++ = i + 2 < size ? set[v & 63] : '=';
  }
  *to = 0;
}

static void leave(int fd) {
  if (peers[fd].open)
    for (int i = 0; i < open_count; i++)
      if (open_fds[i] == fd) {
        open_fds[i] = open_fds[--open_count];
        break;
      }
  free(peers[fd].asked);
  memset(&peers[fd], 0, sizeof peers[fd]);
  close(fd);
}

static void upgrade(int fd, const char *key_header) {
  char key[128] = "", digest64[64], answer[256];
  uint8_t digest[20];
  sscanf(key_header, "%60s", key);
  strcat(key, GUID);
  sha1(key, digest);
  base64(digest, 20, digest64);
  int size = snprintf(answer, sizeof answer,
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Accept: %s\r\n\r\n", digest64);
  if (send(fd, answer, size, MSG_NOSIGNAL) != size) return;
  peers[fd].open = 1;
  open_fds[open_count++] = fd;
}

static void broadcast(const char *text, size_t size) {
  static char frame[1 << 17];
  size_t head = 2;
  frame[0] = (char)0x81;
  if (size < 126) {
    frame[1] = (char)size;
  } else {
    frame[1] = 126, frame[2] = (char)(size >> 8), frame[3] = (char)size;
    head = 4;
  }
  memcpy(frame + head, text, size);
  for (int i = 0; i < open_count; i++)
    if (send(open_fds[i], frame, head + size, MSG_NOSIGNAL) < 0) continue; /* slow or gone: it loses the frame */
}

static void answer(int fd, char *asked, size_t size) {
  static const char done[] = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n";
  char *body = strstr(asked, "\r\n\r\n"), *key = strcasestr(asked, "\r\nsec-websocket-key:"), *length;
  if (!body) return;
  body += 4;
  if (key) {
    upgrade(fd, key + 20);
  } else {
    length = strcasestr(asked, "\r\ncontent-length:");
    size_t wanted = length ? (size_t)atol(length + 17) : 0;
    if (size - (body - asked) < wanted) return;
    broadcast(body, wanted);
    if (send(fd, done, sizeof done - 1, MSG_NOSIGNAL) < 0) return;
  }
  free(peers[fd].asked);
  peers[fd].asked = NULL;
  peers[fd].size = 0;
}

static void read_peer(int fd) {
  static char buffer[65536];
  ssize_t got = recv(fd, buffer, sizeof buffer, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    leave(fd);
    return;
  }
  if (peers[fd].open) return; /* whatever it says is not our business */
  peers[fd].asked = realloc(peers[fd].asked, peers[fd].size + got + 1);
  memcpy(peers[fd].asked + peers[fd].size, buffer, got);
  peers[fd].size += got;
  peers[fd].asked[peers[fd].size] = 0;
  answer(fd, peers[fd].asked, peers[fd].size);
}

int main(int count, char **words) {
  if (count != 2) return 2;
  int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll_fd = epoll_create1(0);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(words[1]))};
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 4096)) return 1;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int ready = epoll_wait(poll_fd, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.fd != listener) {
        read_peer(events[i].data.fd);
        continue;
      }
      int fd;
      while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (fd >= MOST) {
          close(fd);
          continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event fresh = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &fresh);
      }
    }
  }
}
