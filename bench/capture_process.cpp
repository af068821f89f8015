// Captures a server's binlog up to a given end, and prints what it took: the whole process that
// penstock bench holds against the server's own readers.
//
// With --null events are only received, cut and thrown away: what the source's dump thread gives.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <thread>

#include "binlog/event_header.h"
#include "capture/capture.h"
#include "capture/source_session.h"
#include "relay/segment_window.h"
#include "uring/backend.h"
#include "uring/waker.h"

namespace penstock::bench {
namespace {

constexpr std::uint32_t server_id = 4'000'000'001;
constexpr const char* replica_uuid = "4d1c2a52-8a5b-4c39-9a30-5d6a35b2f001";
constexpr std::chrono::milliseconds patience{60'000};

struct Arguments {
    std::string socket;
    std::string source_uuid;
    std::string start_file;
    relay::Position end;
    std::string relay;
    bool null = false;
    bool poll = false;
};

mysql::Endpoint endpoint(const Arguments& arguments) {
    mysql::Endpoint source;
    source.socket = arguments.socket;
    source.user = "root";
    source.tls = mysql::TlsMode::disabled;
    return source;
}

Result<std::uint64_t> capture(const Arguments& arguments) {
    PENSTOCK_ASSIGN(const auto relay,
                    relay::RelayLog::open({arguments.relay, {"bench", "", arguments.source_uuid}}));
    capture::CaptureOptions options;
    options.source = endpoint(arguments);
    options.server_id = server_id;
    options.replica_uuid = replica_uuid;
    options.start_file = arguments.start_file;
    options.use_io_uring = !arguments.poll;
    capture::Capture capture(options, *relay);
    capture.start();
    while (!capture.error() && relay->durable_end() < arguments.end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    capture.request_stop();
    capture.join();
    if (const auto error = capture.error()) return tl::unexpected<Error>(*error);
    return capture.stats().bytes.load();
}

// The last event of a file is told by its end in the header.
Result<std::uint64_t> receive(const Arguments& arguments) {
    uring::Waker waker;
    const auto backend = arguments.poll ? uring::Backend::create_poll(waker, "as asked")
                                        : uring::Backend::create(waker);
    capture::SessionRequest request;
    request.source = endpoint(arguments);
    request.source_uuid = arguments.source_uuid;
    request.server_id = server_id;
    request.replica_uuid = replica_uuid;
    request.from = {arguments.start_file, relay::first_event_offset};
    PENSTOCK_ASSIGN(const auto session, capture::SourceSession::open(request, *backend, waker));
    std::uint64_t bytes = 0;
    std::string file = arguments.start_file;
    binlog::EventHeader header;
    std::string rotate;
    while (true) {
        PENSTOCK_ASSIGN(const auto received, session->next(patience));
        if (received.outcome != uring::ReceiveOutcome::bytes) {
            return fail(ErrorKind::transient, {}, "the stream ended early");
        }
        const capture::Part& part = received.event;
        bytes += part.bytes.size();
        if (part.first) {
            header = binlog::load_event_header(part.bytes.data());
            rotate.clear();
        }
        if (header.type == binlog::EventType::rotate) rotate += base::as_text(part.bytes);
        if (!part.last) continue;
        if (header.type == binlog::EventType::rotate) {
            // u64 position, then the name; a checksum may follow, which no name has room for.
            file = rotate.substr(binlog::event_header_bytes + 8, arguments.end.file.size());
        }
        if (file == arguments.end.file && header.log_pos >= arguments.end.offset) return bytes;
    }
}

int run(const Arguments& arguments) {
    const auto begin = std::chrono::steady_clock::now();
    const auto bytes = arguments.null ? receive(arguments) : capture(arguments);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    if (!bytes) {
        std::fprintf(stderr, "%s\n", bytes.error().to_string().c_str());
        return 1;
    }
    const nlohmann::json out{{"bytes", *bytes},
                             {"seconds", wall.count()},
                             {"cpu", static_cast<double>(std::clock()) / CLOCKS_PER_SEC}};
    std::puts(out.dump().c_str());
    return 0;
}

}  // namespace
}  // namespace penstock::bench

int main(int argc, char** argv) {
    penstock::bench::Arguments arguments;
    CLI::App app("captures a server's binlog up to an end, and prints seconds as JSON");
    app.add_option("--socket", arguments.socket, "of the source")->required();
    app.add_option("--uuid", arguments.source_uuid, "@@server_uuid of the source")->required();
    app.add_option("--start", arguments.start_file, "first binlog file")->required();
    app.add_option("--end-file", arguments.end.file)->required();
    app.add_option("--end-offset", arguments.end.offset)->required();
    app.add_option("--relay", arguments.relay, "folder for the relay log; must be empty");
    app.add_flag("--null", arguments.null, "throw the events away");
    app.add_flag("--poll", arguments.poll, "the poll back end, not io_uring");
    CLI11_PARSE(app, argc, argv);
    return penstock::bench::run(arguments);
}
