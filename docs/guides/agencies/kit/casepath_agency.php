<?php
// Receive your agency's events from Casepath: follow the feed, verify webhooks. PHP 8.1 with openssl; v1a needs sodium.
//
// Require it and give your own handlers (kit.md), or run it to print each event:
//
//   CASEPATH_KEY=cpk_… php casepath_agency.php follow http://127.0.0.1:8104 state.json
//   CASEPATH_SECRET=whsec_… php -S 127.0.0.1:8500 casepath_agency.php

declare(strict_types=1);

namespace Casepath;

const OLDEST_SECONDS = 300, WAIT_SECONDS = 20, TIMEOUT_SECONDS = 40, LONGEST_PAUSE = 60;
const OWN_HANDLERS = [
    'org.casepath.intake.consent.withdrawn' => 'withdrawn',
    'org.casepath.partners.subject.erased' => 'erased',
    'org.casepath.partners.position.emptied' => 'redacted',
];

/** The follower cannot continue by itself. The message states why and what to do. */
final class Stopped extends \Exception {}

/** The request is not from Casepath, or it is too old. Answer 401 and do not read its body. */
final class BadSignature extends \Exception {}

/**
 * What your system does. PHP refuses a class without one of these. An event can arrive twice, with the same `id`. If a
 * handler throws, the event is repeated.
 */
interface Handlers
{
    /** Store the event. It receives every event that no other handler receives. */
    public function received(array $event): void;

    /** The person withdrew a consent. Stop using the data that you received under it. */
    public function withdrawn(array $event): void;

    /** Delete everything about the person $event['subject']. */
    public function erased(array $event): void;

    /** You may no longer see this event. Delete what you stored under $event['id'], if anything. */
    public function redacted(array $event): void;

    /** The person $before has the id $now from here on. */
    public function renamed(string $before, string $now): void;
}

/** Optional, next to Handlers: Casepath was restored from a backup. Discard the events after this position. */
interface HandlesRestores
{
    public function restored(int $after): void;
}

/** Pass an event to its handler. */
function handle(array $event, Handlers $handlers): void
{
    $handlers->{OWN_HANDLERS[preg_replace('/\.v\d+$/', '', $event['type'])] ?? 'received'}($event);
}

/** Reads your stream, in order, and keeps its position in a file. */
final class Follower
{
    private int $position = 0;
    private array $epochs = []; // of your stream, oldest first: [id, position after which it began]

    public function __construct(
        private string $url,
        private string $key,
        private Handlers $handlers,
        private string $stateFile,
    ) {
        $this->url = rtrim($url, '/');
        if (file_exists($stateFile)) {
            $state = json_decode(file_get_contents($stateFile), true, flags: JSON_THROW_ON_ERROR);
            [$this->position, $this->epochs] = [$state['position'], $state['epochs']];
        }
    }

    /** Follow the stream until the process ends. Throws Stopped. */
    public function run(): void
    {
        while (true) {
            $this->readPage();
        }
    }

    /** Wait for new events, handle one page of them, and store the position after each. */
    public function readPage(): void
    {
        [$headers, $events] = $this->get("/v1/feed?after={$this->position}&wait=" . WAIT_SECONDS);
        if ($events === null) { // our position is beyond the head: ask where the stream is now
            [$headers] = $this->get('/v1/feed?after=0&limit=1');
        }
        $epochs = [];
        foreach (array_filter(array_map('trim', explode(',', $headers['casepath-epochs']))) as $each) {
            [$id, $after] = explode('@', $each);
            $epochs[] = [$id, (int) $after];
        }
        $agreed = $this->agreed($epochs, (int) $headers['casepath-head']);
        if ($agreed < $this->position) {
            $this->restored($agreed);
            $events = [];
        }
        $this->keep($agreed, $epochs);
        foreach ($events ?? [] as $event) {
            handle($event, $this->handlers);
            $this->keep((int) $event['sequence'], $epochs);
        }
    }

    private function restored(int $after): void
    {
        if ($this->handlers instanceof HandlesRestores) {
            $this->handlers->restored($after);
        } else {
            fwrite(STDERR, "Casepath was restored: reading again after $after. Discard later events.\n");
        }
    }

    /** Return the last position at which our state and the stream are the same. */
    private function agreed(array $epochs, int $head): int
    {
        $ours = $this->epochs;
        $isRenamed = $ours && !array_intersect(array_column($ours, 0), array_column($epochs, 0));
        if ($isRenamed && !$this->rename()) {
            return 0; // another stream
        }
        $same = 0;
        while (isset($ours[$same], $epochs[$same]) && $ours[$same][1] === $epochs[$same][1]
            && ($isRenamed || $ours[$same][0] === $epochs[$same][0])) {
            $same++;
        }
        $later = [...array_slice($ours, $same), ...array_slice($epochs, $same)];
        return min([$this->position, $head, ...array_column($later, 1)]);
    }

    /** Tell the handler each person's new id. Return whether there was any. */
    private function rename(): bool
    {
        [$names, $after] = [0, ''];
        while (true) {
            [, $page] = $this->get("/v1/agency/renamed?limit=100$after");
            foreach ($page['names'] as $name) {
                $this->handlers->renamed($name['before'], $name['now']);
                $names++;
            }
            if ($page['next'] === null) {
                return $names > 0;
            }
            $after = "&after={$page['next']}";
        }
    }

    /** Store how far we are, with an atomic write. */
    private function keep(int $position, array $epochs): void
    {
        if ($position === $this->position && $epochs === $this->epochs) {
            return;
        }
        [$this->position, $this->epochs] = [$position, $epochs];
        $written = json_encode(['position' => $position, 'epochs' => $epochs]);
        if (file_put_contents("{$this->stateFile}.new", $written) === false
            || !rename("{$this->stateFile}.new", $this->stateFile)) {
            throw new \RuntimeException("The position cannot be stored in {$this->stateFile}.");
        }
    }

    /** Return the headers and the body of a reply; retry as long as Casepath is busy or unavailable. */
    private function get(string $path): array
    {
        for ($attempt = 0; ; $attempt++) {
            [$status, $headers, $body] = $this->request($path);
            if ($status === 200 && $body !== null) {
                return [$headers, $body];
            }
            if ($status === 409) {
                return [$headers, null];
            }
            $this->stopIfRefused($status);
            $asked = $headers['retry-after'] ?? '';
            $seconds = ctype_digit($asked) ? (int) $asked : min(2 ** min($attempt, 6), LONGEST_PAUSE);
            fwrite(STDERR, "Casepath is busy or unavailable ($status); retrying in $seconds s.\n");
            sleep($seconds);
        }
    }

    /** Return the status (0 without a reply), the headers by lower-case name, and the body (null if it is broken). */
    private function request(string $path): array
    {
        $stream = @fopen($this->url . $path, 'r', false, stream_context_create(['http' => [
            'header' => "Authorization: Bearer {$this->key}",
            'timeout' => TIMEOUT_SECONDS,
            'follow_location' => 0, // a redirect would send your key to another server
            'ignore_errors' => true,
        ]]));
        if ($stream === false) {
            return [0, [], null];
        }
        $lines = stream_get_meta_data($stream)['wrapper_data'];
        $headers = [];
        foreach (array_slice($lines, 1) as $line) {
            [$name, $value] = explode(':', $line, 2) + ['', ''];
            $headers[strtolower($name)] = trim($value);
        }
        return [(int) explode(' ', $lines[0])[1], $headers, json_decode((string) stream_get_contents($stream), true)];
    }

    /** Throw Stopped if a repetition cannot help. */
    private function stopIfRefused(int $status): void
    {
        if ($status === 401 || $status === 403) {
            throw new Stopped("Casepath refuses the key ($status): it is wrong, revoked, expired or without the scope"
                . ' `reading`, or your agreement does not apply today. Ask your administrator for a new key, then start'
                . ' again: your position is kept.');
        }
        if ($status >= 300 && $status < 500 && $status !== 408 && $status !== 429) {
            throw new Stopped("Casepath refuses the request ($status). Check the address {$this->url}.");
        }
    }
}

/**
 * Return the event of a webhook request. `$headers` by lower-case name; `$body` as it arrived; `$keys` are your whsec_…
 * and whpk_…. Throws BadSignature.
 */
function verify(array $headers, string $body, array $keys, ?int $now = null): array
{
    $at = $headers['webhook-timestamp'] ?? '';
    if (!ctype_digit($at) || abs(($now ?? time()) - (int) $at) > OLDEST_SECONDS) {
        throw new BadSignature();
    }
    $signed = ($headers['webhook-id'] ?? '') . ".$at.$body";
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $each) {
        [$kind, $value] = explode(',', $each, 2) + ['', ''];
        foreach ($keys as $key) {
            if (isSignedBy($key, $kind, (string) base64_decode($value, true), $signed)) {
                return json_decode($body, true, flags: JSON_THROW_ON_ERROR);
            }
        }
    }
    throw new BadSignature();
}

function isSignedBy(string $key, string $kind, string $signature, string $signed): bool
{
    [$prefix, $encoded] = explode('_', $key, 2) + ['', ''];
    $bytes = (string) base64_decode($encoded, true);
    if ($prefix === 'whsec' && $kind === 'v1') {
        return hash_equals(hash_hmac('sha256', $signed, $bytes, true), $signature);
    }
    return $prefix === 'whpk' && $kind === 'v1a' && strlen($signature) === SODIUM_CRYPTO_SIGN_BYTES
        && sodium_crypto_sign_verify_detached($signature, $signed, $bytes);
}

/** The program's handlers: they print. Replace them with what your system does. */
final class Printing implements Handlers
{
    public function received(array $event): void { $this->print('received', $event); }
    public function withdrawn(array $event): void { $this->print('withdrawn', $event); }
    public function erased(array $event): void { $this->print('erased', $event); }
    public function redacted(array $event): void { $this->print('redacted', $event); }
    public function renamed(string $before, string $now): void { fwrite($this->out(), "renamed $before $now\n"); }

    private function print(string $kind, array $event): void
    {
        $written = json_encode(['data' => (object) ($event['data'] ?? [])] + $event, JSON_UNESCAPED_SLASHES);
        fwrite($this->out(), "$kind " . ($event['sequence'] ?? 'test') . " {$event['type']} $written\n");
    }

    private function out(): mixed { return fopen('php://stdout', 'w'); }
}

/** Answer one webhook request, and handle each event once. */
function receive(array $keys, Handlers $handlers, string $seenFolder): void
{
    $headers = [];
    foreach (['webhook-id', 'webhook-timestamp', 'webhook-signature'] as $name) {
        $headers[$name] = $_SERVER['HTTP_' . strtoupper(strtr($name, '-', '_'))] ?? '';
    }
    try {
        $event = verify($headers, (string) file_get_contents('php://input'), $keys);
    } catch (BadSignature) {
        http_response_code(401);
        return;
    }
    // In your system: stored together with the event. By type, too: the placeholder of a redacted event has its id.
    $seen = $seenFolder . '/' . hash('sha256', "{$event['id']} {$event['type']}");
    if (!file_exists($seen)) {
        try {
            handle($event, $handlers);
        } catch (Throwable $error) { // PHP itself would answer 200 if it displays errors, and the event would be lost
            error_log((string) $error);
            http_response_code(500);
            return;
        }
        touch($seen);
    }
    http_response_code(204);
}

if (PHP_SAPI === 'cli-server') {
    $folder = sys_get_temp_dir() . '/casepath-seen-' . getmypid();
    is_dir($folder) || mkdir($folder, 0700);
    receive(explode(' ', getenv('CASEPATH_SECRET')), new Printing(), $folder);
} elseif (realpath($argv[0] ?? '') === __FILE__) {
    try {
        (new Follower($argv[2], getenv('CASEPATH_KEY'), new Printing(), $argv[3]))->run();
    } catch (Stopped $stopped) {
        fwrite(STDERR, $stopped->getMessage() . "\n");
        exit(1);
    }
}
