namespace LlmSpell.Bench;

/// <summary>A folder outside the project that is removed at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("llmspell-bench-").FullName;

    /// <exception cref="ToolException">There is less free space than that.</exception>
    internal void RequireSpace(long bytes)
    {
        long free = new DriveInfo(Path).AvailableFreeSpace;
        if (free < bytes)
        {
            throw new ToolException(
                $"{System.IO.Path.GetDirectoryName(Path)} has {free >> 20} MiB free, this needs about {bytes >> 20} MiB: set TMPDIR to a larger disk, or ask for less.");
        }
    }

    internal string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
