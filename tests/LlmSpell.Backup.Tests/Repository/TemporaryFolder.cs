namespace LlmSpell.Backup.Tests;

/// <summary>A folder of its own for one test. It stays when the test fails before <see cref="Dispose"/> is reached.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("llmspell-test-").FullName;

    internal string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
