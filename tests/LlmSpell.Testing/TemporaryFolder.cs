using System.Collections.Concurrent;

namespace LlmSpell.Testing;

/// <summary>
/// A folder for one test: deleted when the test has passed, kept for a look when it failed. Disposing it only hands it over, since
/// whether the test passes is known later; <see cref="DeletesTemporaryFoldersAttribute"/> on the test assembly does the rest.
/// </summary>
public sealed class TemporaryFolder : IDisposable
{
    private static readonly ConcurrentDictionary<string, ConcurrentBag<string>> s_done = new();

    public TemporaryFolder()
    {
        Path = Directory.CreateTempSubdirectory("llmspell-test-").FullName;
    }

    public string Path { get; }

    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        if (Xunit.TestContext.Current.Test is { } test)
        {
            s_done.GetOrAdd(test.UniqueID, _ => []).Add(Path);
        }
        else
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    internal static IReadOnlyCollection<string> TakeFoldersOf(string test) => s_done.TryRemove(test, out ConcurrentBag<string>? folders) ? folders : [];
}
