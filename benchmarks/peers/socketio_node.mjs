// Socket.IO on node, as its documentation shows a server with rooms.
// Nothing that its documentation does not show comes in here. A peer, started by benchmarks/servers.py.
import { createServer } from "node:http";
import { Server } from "socket.io";

const server = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    io.to("everyone").emit("news", JSON.parse(body));
    response.writeHead(204).end();
  });
});
const io = new Server(server, { serveClient: false });
io.on("connection", (socket) => socket.join("everyone"));
server.listen(Number(process.argv[2]), "127.0.0.1");
