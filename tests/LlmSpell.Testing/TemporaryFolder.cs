using System.Collections.Concurrent;
using Xunit;

namespace LlmSpell.Testing;

/// <summary>
/// A folder for one test: deleted when the test has passed, kept for a look when it failed. Whether it passed is known when the test's class is
/// disposed, but not yet within the method: a folder disposed there is handed over to <see cref="DeletesTemporaryFoldersAttribute"/> on the test assembly.
/// </summary>
public sealed class TemporaryFolder : IDisposable
{
    private static readonly ConcurrentDictionary<string, ConcurrentBag<string>> Done = new();

    public TemporaryFolder()
    {
        Path = Directory.CreateTempSubdirectory("llmspell-test-").FullName;
    }

    public string Path { get; }

    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        if (TestContext.Current is { Test: { } test, TestState: null })
        {
            Done.GetOrAdd(test.UniqueID, _ => []).Add(Path);
        }
        else
        {
            DeleteOrKeep(Path);
        }
    }

    /// <summary>Deletes a folder, or says where it is if the test that is ending has failed.</summary>
    internal static void DeleteOrKeep(string path)
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"The files are kept in {path}");
        }
        else
        {
            Directory.Delete(path, recursive: true);
        }
    }

    internal static IReadOnlyCollection<string> TakeFoldersOf(string test) => Done.TryRemove(test, out ConcurrentBag<string>? folders) ? folders : [];
}
