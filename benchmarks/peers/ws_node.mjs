// ws on node, as its documentation shows a broadcast.
// Nothing that its documentation does not show comes in here. A peer, started by benchmarks/servers.py.
import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";

const server = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    for (const client of sockets.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(body);
    }
    response.writeHead(204).end();
  });
});
const sockets = new WebSocketServer({ server, path: "/ws" });
sockets.on("connection", (socket) => socket.on("error", console.error));
server.listen(Number(process.argv[2]), "127.0.0.1");
