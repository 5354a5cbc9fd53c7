using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>A file of a backup is not what was written. The message names the file and, where known, the block.</summary>
public sealed class BackupDamagedException : StateCorruptException
{
    /// <summary>Says which file is damaged and how.</summary>
    /// <param name="file">The file's path in the repository.</param>
    /// <param name="problem">What is wrong, as the rest of a sentence that begins with the file.</param>
    /// <param name="block">The block's number from 0, or null where it is not about a block.</param>
    /// <param name="hint">What to do next.</param>
    /// <param name="inner">The cause.</param>
    public BackupDamagedException(string file, string problem, int? block = null, string? hint = null, Exception? inner = null)
        : base(block is null ? $"{file} {problem}" : $"{file}, block {block}: {problem}", hint, inner)
    {
        File = file;
        Problem = problem;
        Block = block;
    }

    /// <summary>The file's path in the repository.</summary>
    public string File { get; }

    /// <summary>What is wrong, as the rest of a sentence that begins with the file.</summary>
    public string Problem { get; }

    /// <summary>The block's number from 0, or null where it is not about a block.</summary>
    public int? Block { get; }
}
