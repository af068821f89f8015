#include "task/secret_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "task/errors.h"

namespace penstock::task {
namespace {

constexpr std::size_t secret_bytes_max = 4096;

struct Descriptor {
    int value = -1;
    ~Descriptor() {
        if (value >= 0) ::close(value);
    }
};

tl::unexpected<Error> missing(std::string text, std::string remedy) {
    return fail(ErrorKind::definite, error_secret_missing, std::move(text), std::move(remedy));
}

// The mode is checked on the open descriptor, so that it is the file that is read.
Result<base::Secret> read_file(const std::filesystem::path& path, bool check_mode) {
    const std::string shown = path.string();
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
    if (file.value < 0) {
        return missing(fmt::format("secret file {}: {}", shown, std::strerror(errno)),
                       "put the password into that file, with mode 0600");
    }
    struct stat about {};
    if (::fstat(file.value, &about) != 0 || !S_ISREG(about.st_mode)) {
        return missing(fmt::format("secret file {} is not a regular file", shown),
                       "name a file that holds nothing but the password");
    }
    if (check_mode && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fail(ErrorKind::refused, error_secret_exposed,
                    fmt::format("secret file {} has mode {:04o}: others can read or change it",
                                shown, about.st_mode & 07777u),
                    fmt::format("chmod 0600 {}", shown));
    }
    std::array<char, secret_bytes_max + 1> buffer{};
    const ssize_t got = ::read(file.value, buffer.data(), buffer.size());
    std::string value(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    explicit_bzero(buffer.data(), buffer.size());
    if (value.size() > secret_bytes_max) {
        explicit_bzero(value.data(), value.size());
        return missing(fmt::format("secret file {} is too large for a password", shown),
                       "name a file that holds nothing but the password");
    }
    if (!value.empty() && value.back() == '\n') value.pop_back();
    if (!value.empty() && value.back() == '\r') value.pop_back();
    if (value.empty()) {
        return missing(fmt::format("secret file {} is empty", shown),
                       "put the password into that file");
    }
    return base::Secret(std::move(value));
}

Result<base::Secret> read_environment(const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') {
        return missing(fmt::format("environment variable {} with a secret is not set", name),
                       fmt::format("set {}, or give the password as {{ file = \"...\" }}", name));
    }
    return base::Secret(value);
}

Result<base::Secret> read_credential(const std::string& name) {
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || *folder == '\0') {
        return missing(fmt::format("credential {}: $CREDENTIALS_DIRECTORY is not set", name),
                       fmt::format("start under systemd with LoadCredential={}:/path, or give the "
                                   "password as {{ file = \"...\" }}",
                                   name));
    }
    if (name.find('/') != std::string::npos || name == "." || name == "..") {
        return missing(fmt::format("credential {}: a credential is a name, not a path", name),
                       "use { file = \"...\" } for a path");
    }
    // systemd made the folder and guards it: its access control is not in the mode bits.
    return read_file(std::filesystem::path(folder) / name, false);
}

}  // namespace

Result<base::Secret> read_secret(const SecretSource& source, const std::filesystem::path& folder) {
    switch (source.kind) {
        case SecretSource::Kind::file:
            return read_file(folder / source.name, true);
        case SecretSource::Kind::environment:
            return read_environment(source.name);
        case SecretSource::Kind::credential:
            return read_credential(source.name);
    }
    return missing("unknown source of a secret", "use file, env or credential");
}

}  // namespace penstock::task
