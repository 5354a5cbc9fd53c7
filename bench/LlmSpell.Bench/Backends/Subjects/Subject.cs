namespace LlmSpell.Bench;

/// <summary>One store that is compared. It runs in a process of its own, which does nothing else.</summary>
/// <param name="id">What it is called on the command line.</param>
/// <param name="name">What it is called in the report.</param>
/// <param name="kind">Whose it is.</param>
/// <param name="folder">Where everything of it lies; made when it is opened.</param>
internal abstract class Subject(string id, string name, ToolKind kind, string folder) : IDisposable
{
    internal string Id => id;

    internal string Name => name;

    internal ToolKind Kind => kind;

    internal string Folder => folder;

    /// <summary>What it is and runs, in a sentence or two without the end.</summary>
    internal abstract string Description { get; }

    /// <summary>Its versions; not called when something is missing.</summary>
    internal virtual IEnumerable<string> Versions => [];

    /// <summary>Why it cannot run here; null if it can.</summary>
    internal virtual string? Missing => null;

    internal virtual bool Supports(BackendStep step) => !step.IsOurs();

    /// <summary>Opens the store, which is made if there is none.</summary>
    /// <param name="strict">Whether each commit reaches the disk before it returns.</param>
    internal abstract void Open(bool strict);

    /// <summary>Closes the store, so that it can be opened again with all that it holds.</summary>
    internal abstract void Close();

    /// <summary>A way to it for one thread.</summary>
    internal abstract ISession Connect();

    /// <summary>Of this process and those that work for it, so far.</summary>
    internal virtual double ProcessorSeconds => ProcessorTime.Own.TotalSeconds;

    /// <summary>What is resident now in the process that holds the store.</summary>
    internal virtual long ResidentBytes => PeakMemory.ReadResidentBytes();

    /// <summary>The most that was resident there since the peak of this process was reset, as far as that is known.</summary>
    internal virtual long PeakBytes => PeakMemory.ReadBytes();

    public void Dispose() => End();

    /// <summary>Ends it; what was not kept by closing it is lost.</summary>
    protected virtual void End() => Close();
}
