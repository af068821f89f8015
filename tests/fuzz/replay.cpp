// Feeds files, and all files of folders, to a fuzz target, with the ordinary compiler: what the
// fuzzers have found stays found, wherever the tests run. With --mutations N also N damaged copies
// of each, of a seed that is printed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string_view>

#include "fuzz.h"

namespace {

using Input = std::vector<std::uint8_t>;

struct Mutations {
    int count = 0;
    std::mt19937 random;

    std::size_t below(std::size_t limit) { return random() % limit; }

    // A few bytes changed, cut out or doubled.
    Input damage(Input input) {
        for (std::size_t changes = 1 + below(6); changes > 0 && !input.empty(); --changes) {
            const std::size_t at = below(input.size());
            const auto from = input.begin() + static_cast<std::ptrdiff_t>(at);
            const std::size_t length = 1 + below(std::min<std::size_t>(16, input.size() - at));
            const auto end = from + static_cast<std::ptrdiff_t>(length);
            switch (below(5)) {
                case 0:
                    *from = static_cast<std::uint8_t>(random());
                    break;
                case 1:
                    *from = static_cast<std::uint8_t>(*from ^ 1U << below(8));
                    break;
                case 2:
                    std::fill(from, end, static_cast<std::uint8_t>(below(2) == 0 ? 0 : 0xFF));
                    break;
                case 3:
                    input.erase(from, end);
                    break;
                default: {
                    const Input copy(from, end);
                    input.insert(from, copy.begin(), copy.end());
                }
            }
        }
        return input;
    }
};

// In an allocation of its own size, so that a sanitizer sees a byte too far.
void feed(const Input& input) {
    const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[input.size()]);
    std::copy(input.begin(), input.end(), exact.get());
    LLVMFuzzerTestOneInput(exact.get(), input.size());
}

std::size_t replay(const std::filesystem::path& path, Mutations& mutations) {
    if (std::filesystem::is_directory(path)) {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(path)) {
            count += replay(entry.path(), mutations);
        }
        return count;
    }
    std::ifstream in(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
    const Input input(bytes.begin(), bytes.end());
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);  // so that the last line names the file that crashes
    feed(input);
    for (int i = 0; i < mutations.count; ++i) feed(mutations.damage(input));
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    Mutations mutations;
    const unsigned seed = std::random_device{}();
    mutations.random.seed(seed);
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--mutations" && i + 1 < argc) {
            mutations.count = std::atoi(argv[++i]);
        } else if (std::string_view(argv[i]) == "--seed" && i + 1 < argc) {
            mutations.random.seed(static_cast<unsigned>(std::atoll(argv[++i])));
        } else {
            count += replay(argv[i], mutations);
        }
    }
    std::printf("%zu inputs, %d mutations of each, seed %u unless given\n", count, mutations.count,
                seed);
    return count == 0 ? 1 : 0;
}
