// Receive your agency's events from Casepath: follow the feed, verify webhooks. Java 17, without libraries.
//
// Compile it with your own handlers (kit.md), or run it to print each event:
//
//   CASEPATH_KEY=cpk_… java CasepathAgency.java follow http://127.0.0.1:8104 state.json
//   CASEPATH_SECRET=whsec_… java CasepathAgency.java receive 8500

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class CasepathAgency {
    /** What your system does; Java compiles no class without the first five. An event can arrive twice, with the same
     * id. If a handler throws, the event is repeated. */
    public interface Handlers {
        /** Store the event. It receives every event that no other handler receives. */
        void received(Event event) throws Exception;

        /** The person withdrew a consent. Stop using the data that you received under it. */
        void withdrawn(Event event) throws Exception;

        /** Delete everything about the person event.text("subject"). */
        void erased(Event event) throws Exception;

        /** You may no longer see this event. Delete what you stored under event.text("id"), if anything. */
        void redacted(Event event) throws Exception;

        /** The person `before` has the id `now` from here on. */
        void renamed(String before, String now) throws Exception;

        /** Optional: Casepath was restored from a backup. Discard the events after this position. */
        default void restored(long after) throws Exception {
            System.err.println("Casepath was restored: reading again after " + after + ". Discard later events.");
        }
    }

    /** An event: its fields, and its JSON for the library that you use. */
    public record Event(Map<String, Object> fields, String json) {
        public String text(String field) {
            return (String) fields.get(field);
        }

        void handle(Handlers handlers) throws Exception {
            switch (text("type").replaceFirst("\\.v\\d+$", "")) {
                case "org.casepath.intake.consent.withdrawn" -> handlers.withdrawn(this);
                case "org.casepath.partners.subject.erased" -> handlers.erased(this);
                case "org.casepath.partners.position.emptied" -> handlers.redacted(this);
                default -> handlers.received(this);
            }
        }
    }

    /** The follower cannot continue by itself. The message states why and what to do. */
    public static final class Stopped extends Exception {
        Stopped(String message) {
            super(message);
        }
    }

    /** The request is not from Casepath, or it is too old. Answer 401 and do not read its body. */
    public static final class BadSignature extends Exception {}

    /** When your stream began again: after a restore. */
    record Epoch(String id, long after) {}

    record Reply(Map<String, String> headers, Object body) {}

    /** Reads your stream, in order, and keeps its position in a file. */
    public static final class Follower {
        private final HttpClient client = HttpClient.newHttpClient(); // it follows no redirects
        private final String url, key;
        private final Handlers handlers;
        private final Path stateFile;
        private long position = 0;
        private List<Epoch> epochs = List.of();

        public Follower(String url, String key, Handlers handlers, Path stateFile) throws IOException {
            this.url = url.replaceFirst("/$", "");
            this.key = key;
            this.handlers = Objects.requireNonNull(handlers, "Give your handlers.");
            this.stateFile = stateFile;
            if (Files.exists(stateFile)) { // two lines: the position, and the epochs as the header has them
                var lines = Files.readAllLines(stateFile);
                position = Long.parseLong(lines.get(0));
                epochs = epochs(lines.size() > 1 ? lines.get(1) : "");
            }
        }

        /** Follow the stream until the process ends. */
        public void run() throws Exception {
            while (true) readPage();
        }

        /** Wait for new events, handle one page of them, and store the position after each. */
        public void readPage() throws Exception {
            var reply = get("/v1/feed?after=" + position + "&wait=20");
            var events = reply.body() == null ? List.of() : (List<?>) reply.body();
            if (reply.body() == null) reply = get("/v1/feed?after=0&limit=1"); // our position is beyond the head
            var lives = epochs(reply.headers().getOrDefault("casepath-epochs", ""));
            var agreed = agreed(lives, Long.parseLong(reply.headers().get("casepath-head")));
            if (agreed < position) {
                handlers.restored(agreed);
                events = List.of();
            }
            keep(agreed, lives);
            for (var each : events) {
                var event = (Event) each;
                event.handle(handlers);
                keep(Long.parseLong(event.text("sequence")), lives);
            }
        }

        /** Return the last position at which our state and the stream are the same. */
        private long agreed(List<Epoch> lives, long head) throws Exception {
            var known = epochs.stream().map(Epoch::id).collect(Collectors.toSet());
            var isRenamed = !epochs.isEmpty() && lives.stream().noneMatch(each -> known.contains(each.id()));
            if (isRenamed && !rename()) return 0; // another stream
            var same = 0;
            while (same < Math.min(epochs.size(), lives.size())
                    && epochs.get(same).after() == lives.get(same).after()
                    && (isRenamed || epochs.get(same).id().equals(lives.get(same).id()))) same++;
            return Stream.concat(epochs.stream().skip(same), lives.stream().skip(same))
                    .mapToLong(Epoch::after).reduce(Math.min(position, head), Math::min);
        }

        /** Tell the handler each person's new id. Return whether there was any. */
        private boolean rename() throws Exception {
            var isAny = false;
            for (var after = ""; ; ) {
                var page = ((Event) get("/v1/agency/renamed?limit=100" + after).body()).fields();
                for (var each : (List<?>) page.get("names")) {
                    var name = (Event) each;
                    handlers.renamed(name.text("before"), name.text("now"));
                    isAny = true;
                }
                if (page.get("next") == null) return isAny;
                after = "&after=" + page.get("next");
            }
        }

        /** Store how far we are, with an atomic write. */
        private void keep(long now, List<Epoch> lives) throws IOException {
            if (now == position && lives.equals(epochs)) return;
            position = now;
            epochs = lives;
            var written = lives.stream().map(each -> each.id() + "@" + each.after()).collect(Collectors.joining(", "));
            var next = Path.of(stateFile + ".new");
            Files.writeString(next, now + "\n" + written + "\n");
            Files.move(next, stateFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        /** Return a reply, with the body null for 409; retry as long as Casepath is busy or unavailable. */
        private Reply get(String path) throws Exception {
            var request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(40))
                    .header("Authorization", "Bearer " + key).build();
            for (var pause = 1L; ; pause = Math.min(pause * 2, 60)) {
                var seconds = pause;
                String reason;
                try {
                    var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                    var headers = answer.headers().map().entrySet().stream()
                            .collect(Collectors.toMap(each -> each.getKey().toLowerCase(), each -> each.getValue().get(0)));
                    if (answer.statusCode() == 200) return new Reply(headers, Json.read(answer.body()));
                    if (answer.statusCode() == 409) return new Reply(headers, null);
                    stopIfRefused(answer.statusCode());
                    var asked = headers.getOrDefault("retry-after", "");
                    if (asked.matches("\\d{1,9}")) seconds = Long.parseLong(asked);
                    reason = "" + answer.statusCode();
                } catch (IOException | RuntimeException error) {
                    reason = error.toString();
                }
                System.err.println("Casepath is busy or unavailable (" + reason + "); retrying in " + seconds + " s.");
                Thread.sleep(seconds * 1000);
            }
        }

        /** Throw Stopped if a repetition cannot help. */
        private void stopIfRefused(int status) throws Stopped {
            if (status == 401 || status == 403) {
                throw new Stopped("Casepath refuses the key (" + status + "): it is wrong, revoked, expired or without "
                        + "the scope `reading`, or your agreement does not apply today. Ask your administrator for a "
                        + "new key, then start again: your position is kept.");
            }
            if (status < 500 && status != 408 && status != 429) {
                throw new Stopped("Casepath refuses the request (" + status + "). Check the address " + url + ".");
            }
        }

        private static List<Epoch> epochs(String header) {
            return Stream.of(header.split(",")).map(String::trim).filter(each -> !each.isEmpty())
                    .map(each -> each.split("@")).map(parts -> new Epoch(parts[0], Long.parseLong(parts[1]))).toList();
        }
    }

    /** Return the event of a webhook request. Headers by lower-case name; keys are your whsec_… and whpk_…. */
    public static Event verify(Map<String, String> headers, byte[] body, List<String> keys, Instant now)
            throws BadSignature, GeneralSecurityException {
        var at = headers.getOrDefault("webhook-timestamp", "");
        if (!at.matches("\\d{1,12}") || Math.abs(now.getEpochSecond() - Long.parseLong(at)) > 300) {
            throw new BadSignature();
        }
        var before = (headers.getOrDefault("webhook-id", "") + "." + at + ".").getBytes(StandardCharsets.UTF_8);
        for (var each : headers.getOrDefault("webhook-signature", "").split(" ")) {
            for (var key : keys) {
                if (isSignedBy(key, each, before, body)) {
                    return (Event) Json.read(new String(body, StandardCharsets.UTF_8));
                }
            }
        }
        throw new BadSignature();
    }

    private static boolean isSignedBy(String key, String written, byte[] before, byte[] body)
            throws GeneralSecurityException {
        var parts = key.split("_", 2);
        var bytes = Base64.getDecoder().decode(parts[1]);
        try {
            if (parts[0].equals("whsec") && written.startsWith("v1,")) {
                var mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
                mac.update(before);
                return MessageDigest.isEqual(mac.doFinal(body), Base64.getDecoder().decode(written.substring(3)));
            }
            if (parts[0].equals("whpk") && written.startsWith("v1a,")) {
                var der = HexFormat.of().parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(bytes));
                var check = Signature.getInstance("Ed25519");
                check.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der)));
                check.update(before);
                check.update(body);
                return check.verify(Base64.getDecoder().decode(written.substring(4)));
            }
        } catch (IllegalArgumentException | java.security.SignatureException error) {
            return false; // no base64, or not of a signature's length
        }
        return false;
    }

    /** Return a server on this machine that verifies webhook requests and handles each event once. */
    public static HttpServer receiver(int port, List<String> keys, Handlers handlers) throws IOException {
        Objects.requireNonNull(handlers, "Give your handlers.");
        Set<String> seen = new HashSet<>();
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0); // one request at a time
        server.createContext("/", exchange -> {
            var status = 500;
            try {
                var headers = exchange.getRequestHeaders().entrySet().stream()
                        .collect(Collectors.toMap(each -> each.getKey().toLowerCase(), each -> each.getValue().get(0)));
                var event = verify(headers, exchange.getRequestBody().readAllBytes(), keys, Instant.now());
                var name = event.text("id") + " " + event.text("type"); // a placeholder has the id of its event
                if (!seen.contains(name)) {
                    event.handle(handlers);
                    seen.add(name); // in your system: stored together with the event
                }
                status = 204;
            } catch (BadSignature error) {
                status = 401;
            } catch (Exception error) {
                error.printStackTrace();
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        return server;
    }

    /** A small JSON reader, so that this file needs no library: objects become Event, arrays List, numbers Double. */
    static final class Json {
        private final String text;
        private int at = 0;

        private Json(String text) {
            this.text = text;
        }

        static Object read(String text) {
            return new Json(text).value();
        }

        private Object value() {
            switch (peek()) {
                case '{': return object();
                case '[': return array();
                case '"': return string();
                default:
                    var from = at;
                    while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) at++;
                    var word = text.substring(from, at);
                    return switch (word) {
                        case "null" -> null;
                        case "true", "false" -> Boolean.valueOf(word);
                        default -> (Object) Double.valueOf(word);
                    };
            }
        }

        private Event object() {
            var from = at++;
            var fields = new LinkedHashMap<String, Object>();
            while (peek() != '}') {
                if (peek() == ',') at++;
                peek();
                var name = string();
                if (peek() != ':') throw new IllegalStateException("No JSON at " + at);
                at++;
                fields.put(name, value());
            }
            at++;
            return new Event(fields, text.substring(from, at));
        }

        private List<Object> array() {
            at++;
            var values = new ArrayList<>();
            while (peek() != ']') {
                if (peek() == ',') at++;
                values.add(value());
            }
            at++;
            return values;
        }

        private String string() {
            var found = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                var letter = text.charAt(at);
                if (letter == '\\') {
                    letter = text.charAt(++at);
                    if (letter == 'u') {
                        letter = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
                        at += 4;
                    } else if ("bfnrt".indexOf(letter) >= 0) {
                        letter = "\b\f\n\r\t".charAt("bfnrt".indexOf(letter));
                    }
                }
                found.append(letter);
            }
            at++;
            return found.toString();
        }

        /** Skip white space; return the next letter. */
        private char peek() {
            while (Character.isWhitespace(text.charAt(at))) at++;
            return text.charAt(at);
        }
    }

    /** The program's handlers: they print. Replace them with what your system does. */
    static final class Printing implements Handlers {
        @Override public void received(Event event) { print("received", event); }
        @Override public void withdrawn(Event event) { print("withdrawn", event); }
        @Override public void erased(Event event) { print("erased", event); }
        @Override public void redacted(Event event) { print("redacted", event); }
        @Override public void renamed(String before, String now) {
            System.out.println("renamed " + before + " " + now);
        }

        private void print(String kind, Event event) {
            var sequence = event.fields().getOrDefault("sequence", "test");
            System.out.println(kind + " " + sequence + " " + event.text("type") + " " + event.json());
        }
    }

    public static void main(String[] words) throws Exception {
        if (words[0].equals("receive")) {
            var keys = List.of(System.getenv("CASEPATH_SECRET").split(" "));
            receiver(Integer.parseInt(words[1]), keys, new Printing()).start();
            return;
        }
        try {
            new Follower(words[1], System.getenv("CASEPATH_KEY"), new Printing(), Path.of(words[2])).run();
        } catch (Stopped stopped) {
            System.err.println(stopped.getMessage());
            System.exit(1);
        }
    }
}
