using System.Runtime.InteropServices;

namespace LlmSpell.Bench;

/// <summary>Keeps what one step left to be written from slowing the next.</summary>
internal static partial class PageCache
{
    /// <summary>Waits until everything written so far is on the disk; what was read stays in memory.</summary>
    [LibraryImport("libc", EntryPoint = "sync")]
    internal static partial void Settle();
}
