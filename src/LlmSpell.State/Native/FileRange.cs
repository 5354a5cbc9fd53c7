namespace LlmSpell.State.Native;

/// <summary>C's <c>struct flock</c> on 64-bit Linux: a lock on bytes of a file. All zero but the type: the whole file.</summary>
internal struct FileRange
{
    /// <summary>For <see cref="Type"/>: nobody else may have a lock there.</summary>
    internal const short WriteLock = 1;

    /// <summary>For <see cref="Type"/>: no lock.</summary>
    internal const short Unlocked = 2;

    internal short Type;
#pragma warning disable CS0649 // Zero is what they must be, or the kernel fills them.
    internal short Whence;
    internal long Start;
    internal long Length;
    internal int Process;
#pragma warning restore CS0649
}
