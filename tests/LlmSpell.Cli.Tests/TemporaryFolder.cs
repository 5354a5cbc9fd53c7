namespace LlmSpell.Cli.Tests;

/// <summary>A folder of one test; deleted when the test passed, kept for a look when it failed.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), "llmspell-cli-" + System.IO.Path.GetRandomFileName());

    public string Write(string name, string text)
    {
        string file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose()
    {
        if (TestContext.Current.TestState?.Result != TestResult.Failed)
            Directory.Delete(Path, recursive: true);
    }
}
