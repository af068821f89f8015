// The same claims about both back ends. Where the kernel permits no io_uring those tests skip.
#include "uring/backend.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "uring/errors.h"

namespace penstock::uring {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds patience{10'000};
constexpr std::uint64_t seed = 20240611;

std::string random_bytes(std::size_t size) {
    std::mt19937_64 random(seed);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

class BackendTest : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        RecordProperty("seed", static_cast<int>(seed));
        if (std::string(GetParam()) == "poll") {
            backend_ = Backend::create_poll(waker_, "asked for by the test");
        } else {
            auto created = Backend::create_io_uring(waker_);
            if (!created) GTEST_SKIP() << created.error().to_string();
            backend_ = std::move(*created);
        }
        ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets_), 0);
        stream_ = backend_->stream(sockets_[0]);
        char name[] = "/tmp/penstock-uring-XXXXXX";
        file_ = mkstemp(name);
        path_ = name;
    }
    void TearDown() override {
        stream_.reset();
        backend_.reset();
        for (const int fd : {sockets_[0], sockets_[1], file_}) {
            if (fd >= 0) close(fd);
        }
        if (!path_.empty()) std::filesystem::remove(path_);
    }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t size = ::send(sockets_[1], bytes.data(), bytes.size(), MSG_NOSIGNAL);
            ASSERT_GT(size, 0);
            bytes.remove_prefix(static_cast<std::size_t>(size));
        }
    }
    void close_peer() {
        close(sockets_[1]);
        sockets_[1] = -1;
    }
    std::string receive_until_end() {
        std::string all;
        while (true) {
            const Result<Received> received = stream_->receive(patience);
            if (!received || received->outcome != ReceiveOutcome::bytes) {
                EXPECT_TRUE(received && received->outcome == ReceiveOutcome::end);
                return all;
            }
            all += base::as_text(received->bytes);
        }
    }
    std::string file_content() const {
        std::ifstream file(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    Waker waker_;
    std::unique_ptr<Backend> backend_;
    int sockets_[2] = {-1, -1};
    int file_ = -1;
    std::string path_;
    std::unique_ptr<ByteStream> stream_;
};

TEST_P(BackendTest, BytesArriveCompleteAndInOrder) {
    const std::string sent = random_bytes(16 * 1024 * 1024);
    std::thread sender([&] {
        send(sent);
        close_peer();
    });
    const std::string received = receive_until_end();
    sender.join();
    EXPECT_TRUE(received == sent);
}

TEST_P(BackendTest, AReceiverThatIsSlowerThanThePeerLosesNothing) {
    const std::string sent = random_bytes(24 * 1024 * 1024);
    std::thread sender([&] {
        send(sent);
        close_peer();
    });
    std::string received;
    for (int pieces = 0; received.size() < sent.size(); ++pieces) {
        if (pieces % 8 == 0) std::this_thread::sleep_for(milliseconds(20));
        const Result<Received> piece = stream_->receive(patience);
        ASSERT_TRUE(piece && piece->outcome == ReceiveOutcome::bytes);
        received += base::as_text(piece->bytes);
    }
    sender.join();
    EXPECT_TRUE(received == sent);
}

TEST_P(BackendTest, SilenceEndsInATimeoutAndTheStreamGoesOnAfterIt) {
    const auto before = std::chrono::steady_clock::now();
    const Result<Received> silence = stream_->receive(milliseconds(50));
    ASSERT_TRUE(silence);
    EXPECT_EQ(silence->outcome, ReceiveOutcome::timeout);
    EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds(49));
    send("after");
    const Result<Received> received = stream_->receive(patience);
    ASSERT_TRUE(received);
    EXPECT_EQ(base::as_text(received->bytes), "after");
}

TEST_P(BackendTest, AWakeFromAnotherThreadInterruptsTheWait) {
    std::thread waker([&] {
        std::this_thread::sleep_for(milliseconds(30));
        waker_.wake();
    });
    const Result<Received> received = stream_->receive(patience);
    waker.join();
    ASSERT_TRUE(received);
    EXPECT_EQ(received->outcome, ReceiveOutcome::woken);
}

TEST_P(BackendTest, ABrokenConnectionIsATransientError) {
    ASSERT_EQ(::send(sockets_[0], "unread", 6, 0), 6);
    close_peer();  // with bytes unread: the other side gets ECONNRESET
    Result<Received> received = stream_->receive(patience);
    ASSERT_FALSE(received);
    EXPECT_EQ(received.error().kind, ErrorKind::transient);
    EXPECT_EQ(received.error().code, error_socket);
}

TEST_P(BackendTest, AStreamWithAPendingReceiveCanBeReplaced) {
    for (int i = 0; i < 5; ++i) {
        static_cast<void>(stream_->receive(milliseconds(1)));
        stream_.reset();
        stream_ = backend_->stream(sockets_[0]);
    }
    send("still there");
    const Result<Received> received = stream_->receive(patience);
    ASSERT_TRUE(received);
    EXPECT_EQ(base::as_text(received->bytes), "still there");
}

TEST_P(BackendTest, ABlockIsInTheFileWhenItIsDone) {
    const std::string block = random_bytes(9 * 1024 * 1024 + 13);
    bool done = false;
    FileWriter& writer = backend_->file_writer();
    writer.start(file_, 7, base::as_bytes(block), [&](const Result<void>& outcome) {
        EXPECT_TRUE(outcome);
        done = true;
    });
    while (writer.busy()) ASSERT_TRUE(writer.wait());
    EXPECT_TRUE(done);
    EXPECT_TRUE(file_content() == std::string(7, '\0') + block);
}

TEST_P(BackendTest, DoneMayStartTheNextBlock) {
    FileWriter& writer = backend_->file_writer();
    int outcomes = 0;
    writer.start(file_, 0, base::as_bytes("one "), [&](const Result<void>&) {
        ++outcomes;
        writer.start(file_, 4, base::as_bytes("two"), [&](const Result<void>&) { ++outcomes; });
    });
    while (writer.busy()) ASSERT_TRUE(writer.wait());
    EXPECT_EQ(outcomes, 2);
    EXPECT_EQ(file_content(), "one two");
}

TEST_P(BackendTest, ABlockFinishesWhileTheStreamIsWaitedFor) {
    bool done = false;
    backend_->file_writer().start(file_, 0, base::as_bytes("x"),
                                  [&](const Result<void>&) { done = true; });
    const Result<Received> silence = stream_->receive(milliseconds(300));
    ASSERT_TRUE(silence);
    EXPECT_EQ(silence->outcome, ReceiveOutcome::timeout);
    EXPECT_TRUE(done);
    EXPECT_FALSE(backend_->file_writer().busy());
}

// Blocks in memory that the kernel was told of, and others.
TEST_P(BackendTest, RegisteredMemoryIsWrittenLikeAnyOther) {
    const std::string registered = random_bytes(3 * 1024 * 1024);
    const base::Bytes memory = base::as_bytes(registered);
    FileWriter& writer = backend_->file_writer();
    writer.use_memory(memory);
    const auto write = [&](std::uint64_t offset, base::Bytes bytes) {
        writer.start(file_, offset, bytes, [](const Result<void>& outcome) {
            EXPECT_TRUE(outcome) << outcome.error().to_string();
        });
        while (writer.busy()) ASSERT_TRUE(writer.wait());
    };
    write(0, memory);
    write(memory.size(), memory.subspan(1000, 70'000));
    write(memory.size() + 70'000, base::as_bytes("elsewhere"));
    writer.forget_memory();
    write(memory.size() + 70'009, memory.first(10));
    EXPECT_TRUE(file_content() == registered + registered.substr(1000, 70'000) + "elsewhere" +
                                      registered.substr(0, 10));
}

TEST_P(BackendTest, AFileIsReadToItsEndFromAnyOffset) {
    const std::string content = random_bytes(5 * 1024 * 1024 + 17);
    ASSERT_EQ(write(file_, content.data(), content.size()), static_cast<ssize_t>(content.size()));
    for (const std::size_t offset : {0UL, 4UL, 3'000'000UL, content.size()}) {
        stream_ = backend_->file_stream(file_, offset);
        EXPECT_TRUE(receive_until_end() == content.substr(offset)) << offset;
    }
}

TEST_P(BackendTest, AFileThatGrowsIsReadOnFromItsEnd) {
    stream_ = backend_->file_stream(file_, 0);
    std::mt19937_64 random(seed);
    const std::string content = random_bytes(6 * 1024 * 1024);
    std::string received;
    for (std::size_t at = 0; at < content.size();) {
        EXPECT_TRUE(received == content.substr(0, at));
        const std::size_t size = std::min<std::size_t>(random() % 1'000'000, content.size() - at);
        ASSERT_EQ(write(file_, content.data() + at, size), static_cast<ssize_t>(size));
        at += size;
        received += receive_until_end();
    }
    EXPECT_TRUE(received == content);
}

TEST_P(BackendTest, AFileThatGrowsWhileItIsReadLosesNothing) {
    stream_ = backend_->file_stream(file_, 0);
    const std::string content = random_bytes(8 * 1024 * 1024);
    std::thread growing([&] {
        for (std::size_t at = 0; at < content.size(); at += 4096) {
            ASSERT_EQ(write(file_, content.data() + at, 4096), 4096);
        }
    });
    std::string received;
    while (received.size() < content.size()) received += receive_until_end();
    growing.join();
    EXPECT_TRUE(received == content);
}

TEST_P(BackendTest, AFullDiskIsReportedAsSuch) {
    const int full = open("/dev/full", O_WRONLY);
    ASSERT_GE(full, 0);
    FileWriter& writer = backend_->file_writer();
    std::optional<Error> error;
    writer.start(full, 0, base::as_bytes("x"), [&](const Result<void>& outcome) {
        if (!outcome) error = outcome.error();
    });
    while (writer.busy()) ASSERT_TRUE(writer.wait());
    close(full);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, error_disk_full);
    EXPECT_NE(error->remedy.find("disk space"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Backends, BackendTest, testing::Values("io_uring", "poll"),
                         [](const auto& info) { return std::string(info.param); });

TEST(WakerTest, StaysWoken) {
    Waker waker;
    EXPECT_FALSE(waker.sleep(milliseconds(1)));
    waker.wake();
    waker.wake();
    EXPECT_TRUE(waker.sleep(patience));
    EXPECT_TRUE(waker.woken());
}

TEST(BackendChoiceTest, ThePollBackEndSaysWhyItWasChosen) {
    const Waker waker;
    EXPECT_EQ(Backend::create_poll(waker, "no io_uring")->describe(), "poll (no io_uring)");
}

}  // namespace
}  // namespace penstock::uring
