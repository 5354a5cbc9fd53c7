namespace LlmSpell.Backup.Tests.Faults;

/// <summary>One change of a file system, as <see cref="RecordingEffects"/> saw it. Paths count from the repository's folder, which is <c>.</c></summary>
internal abstract record FileStep
{
    internal sealed record CreateFile(int File, string Path) : FileStep;

    internal sealed record Write(int File, long Offset, byte[] Bytes) : FileStep;

    internal sealed record FlushFile(int File) : FileStep;

    internal sealed record Rename(string From, string To) : FileStep;

    internal sealed record Delete(string Path) : FileStep;

    internal sealed record CreateFolder(string Path) : FileStep;

    internal sealed record FlushFolder(string Path) : FileStep;
}
