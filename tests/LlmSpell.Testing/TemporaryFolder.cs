namespace LlmSpell.Testing;

/// <summary>A folder for one test: deleted when the test passes, kept for a look when it fails.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        Path = Directory.CreateTempSubdirectory("llmspell-test-").FullName;
    }

    public string Path { get; }

    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        if (Xunit.TestContext.Current.TestState?.Result == Xunit.TestResult.Failed)
        {
            Xunit.TestContext.Current.TestOutputHelper?.WriteLine($"The files are kept in {Path}");
            return;
        }

        Directory.Delete(Path, recursive: true);
    }
}
