namespace LlmSpell.Bench;

/// <summary>All that one run of the memory command found.</summary>
internal sealed record MemoryResult(RunInfo Run, long LimitBytes, IReadOnlyList<MemoryState> States);

/// <summary>The operations on one state.</summary>
internal sealed record MemoryState(string Name, long Entries, long LogicalBytes, double FillSeconds, IReadOnlyList<MemoryStep> Steps);

/// <summary>One operation, by the library and by the native program, each in a process of its own.</summary>
internal sealed record MemoryStep(string Operation, MemoryStepResult Library, Cost? Program);

/// <summary>What the process of one operation says of itself.</summary>
/// <param name="Cost">Of the operation; its memory is the peak beyond what was resident before it.</param>
/// <param name="ResidentBefore">What was resident with the store open, before the operation.</param>
/// <param name="BackupId">The backup that it made, or worked on.</param>
internal sealed record MemoryStepResult(Cost Cost, long ResidentBefore, string BackupId)
{
    public long PeakBytes => ResidentBefore + Cost.PeakBytes;
}
