namespace LlmSpell.Lua.Processes;

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">What it exited with, if no signal ended it.</param>
/// <param name="Signal">The signal that ended it, or 0.</param>
/// <param name="Failure">Why that is not known, or null.</param>
internal readonly record struct ProcessEnd(int ExitCode, int Signal, IOException? Failure = null)
{
    /// <summary>Reads what waitpid says.</summary>
    internal static ProcessEnd FromStatus(int status)
    {
        const int SignalMask = 0x7F;
        return (status & SignalMask) == 0 ? new ProcessEnd((status >> 8) & 0xFF, 0) : new ProcessEnd(0, status & SignalMask);
    }
}
