#include "inspect/byte_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "inspect/errors.h"

namespace penstock::inspect {

class ByteInput::Source {
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;
    [[nodiscard]] virtual Result<std::size_t> read(char* to, std::size_t bytes) = 0;
};

namespace {

constexpr std::string_view gzip_magic = "\x1F\x8B";
constexpr std::string_view zstd_magic = "\x28\xB5\x2F\xFD";
constexpr std::size_t compressed_bytes = 256U << 10U;

// A descriptor, with the few bytes in front that were looked at.
class File final : public ByteInput::Source {
public:
    File(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
    ~File() override {
        if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
    }

    [[nodiscard]] Result<std::string_view> look(std::size_t bytes) {
        while (seen_.size() < bytes) {
            std::array<char, 16> more{};
            PENSTOCK_ASSIGN(const std::size_t count,
                            read_descriptor(more.data(), bytes - seen_.size()));
            if (count == 0) break;
            seen_.append(more.data(), count);
        }
        return std::string_view(seen_);
    }

    [[nodiscard]] Result<std::size_t> read(char* to, std::size_t bytes) override {
        if (!seen_.empty()) {
            const std::size_t count = std::min(bytes, seen_.size());
            std::memcpy(to, seen_.data(), count);
            seen_.erase(0, count);
            return count;
        }
        return read_descriptor(to, bytes);
    }

private:
    [[nodiscard]] Result<std::size_t> read_descriptor(char* to, std::size_t bytes) {
        while (true) {
            const ssize_t count = ::read(descriptor_, to, bytes);
            if (count >= 0) return static_cast<std::size_t>(count);
            if (errno == EINTR) continue;
            return fail(ErrorKind::definite, error_read,
                        fmt::format("reading {}: {}", name_, std::strerror(errno)),
                        errno == EISDIR ? "name the files in it" : "check the path and its rights");
        }
    }

    int descriptor_;
    std::string name_;
    std::string seen_;
};

tl::unexpected<Error> not_expandable(const std::string& name, std::string_view reason) {
    return fail(ErrorKind::corrupt, error_expand,
                fmt::format("{}: can't be expanded: {}", name, reason),
                "the compressed file is damaged or was cut; take another copy");
}

class Gzip final : public ByteInput::Source {
public:
    Gzip(std::unique_ptr<File> file, std::string name)
        : file_(std::move(file)), name_(std::move(name)), compressed_(compressed_bytes) {
        constexpr int gzip_only = 16;
        open_ = inflateInit2(&stream_, MAX_WBITS + gzip_only) == Z_OK;
    }
    ~Gzip() override {
        if (open_) inflateEnd(&stream_);
    }

    [[nodiscard]] Result<std::size_t> read(char* to, std::size_t bytes) override {
        if (!open_) return not_expandable(name_, "no memory");
        const std::size_t wanted = std::min<std::size_t>(bytes, compressed_bytes);
        stream_.next_out = reinterpret_cast<Bytef*>(to);
        stream_.avail_out = static_cast<uInt>(wanted);
        while (stream_.avail_out == wanted) {
            if (stream_.avail_in == 0) {
                PENSTOCK_ASSIGN(const std::size_t count,
                                file_->read(compressed_.data(), compressed_.size()));
                if (count == 0 && member_ended_) return std::size_t{0};
                if (count == 0) return not_expandable(name_, "it ends too early");
                stream_.next_in = reinterpret_cast<Bytef*>(compressed_.data());
                stream_.avail_in = static_cast<uInt>(count);
            }
            if (std::exchange(member_ended_, false)) inflateReset(&stream_);  // another one follows
            const int result = inflate(&stream_, Z_NO_FLUSH);
            member_ended_ = result == Z_STREAM_END;
            if (result != Z_OK && result != Z_STREAM_END) {
                return not_expandable(name_, stream_.msg != nullptr ? stream_.msg : "no gzip");
            }
        }
        return wanted - stream_.avail_out;
    }

private:
    std::unique_ptr<File> file_;
    std::string name_;
    std::vector<char> compressed_;
    z_stream stream_{};
    bool open_ = false;
    bool member_ended_ = false;
};

class Zstd final : public ByteInput::Source {
public:
    Zstd(std::unique_ptr<File> file, std::string name)
        : file_(std::move(file)), name_(std::move(name)), compressed_(compressed_bytes) {}

    [[nodiscard]] Result<std::size_t> read(char* to, std::size_t bytes) override {
        ZSTD_outBuffer out{to, bytes, 0};
        while (out.pos == 0) {
            if (in_.pos == in_.size) {
                PENSTOCK_ASSIGN(const std::size_t count,
                                file_->read(compressed_.data(), compressed_.size()));
                if (count == 0 && frame_ended_) return std::size_t{0};
                if (count == 0) return not_expandable(name_, "it ends too early");
                in_ = {compressed_.data(), count, 0};
            }
            const std::size_t result = ZSTD_decompressStream(stream_.get(), &out, &in_);
            if (ZSTD_isError(result) != 0) return not_expandable(name_, ZSTD_getErrorName(result));
            frame_ended_ = result == 0;
        }
        return out.pos;
    }

private:
    struct Free {
        void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
    };
    std::unique_ptr<File> file_;
    std::string name_;
    std::vector<char> compressed_;
    std::unique_ptr<ZSTD_DStream, Free> stream_{ZSTD_createDStream()};
    ZSTD_inBuffer in_{nullptr, 0, 0};
    bool frame_ended_ = false;
};

}  // namespace

ByteInput::ByteInput(std::string name, std::unique_ptr<Source> source)
    : name_(std::move(name)), source_(std::move(source)) {}
ByteInput::ByteInput(ByteInput&&) noexcept = default;
ByteInput& ByteInput::operator=(ByteInput&&) noexcept = default;
ByteInput::~ByteInput() = default;

Result<ByteInput> ByteInput::open(const std::string& path) {
    const bool standard = path == "-";
    const std::string name = standard ? "standard input" : path;
    const int descriptor = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return fail(ErrorKind::definite, error_read,
                    fmt::format("can't open {}: {}", path, std::strerror(errno)),
                    "check the path and its rights");
    }
    auto file = std::make_unique<File>(descriptor, name);
    PENSTOCK_ASSIGN(const std::string_view head, file->look(zstd_magic.size()));
    if (head.starts_with(gzip_magic)) {
        return ByteInput(name, std::make_unique<Gzip>(std::move(file), name));
    }
    if (head == zstd_magic) {
        return ByteInput(name, std::make_unique<Zstd>(std::move(file), name));
    }
    return ByteInput(name, std::move(file));
}

Result<std::size_t> ByteInput::read(char* to, std::size_t bytes) {
    return source_->read(to, bytes);
}

const std::string& ByteInput::name() const {
    return name_;
}

}  // namespace penstock::inspect
