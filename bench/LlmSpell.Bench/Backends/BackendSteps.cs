namespace LlmSpell.Bench;

/// <summary>How the steps are called, and what kind each is.</summary>
internal static class BackendSteps
{
    /// <summary>Operations in a step of single ones; of those that are flushed, a tenth.</summary>
    internal const int Operations = 20_000;

    /// <summary>The saves in one transaction, where there are several.</summary>
    internal const int Batch = 1_000;

    internal static string Title(this BackendStep step) => step switch
    {
        BackendStep.SaveHot => "Save, 20,000 hot keys",
        BackendStep.SaveUniform => "Save, uniform",
        BackendStep.SaveBatch => "Save, uniform, a thousand in a transaction",
        BackendStep.LoadHot => "Load, 20,000 hot keys",
        BackendStep.LoadUniform => "Load, uniform",
        BackendStep.Scan => "Scan of everything in order",
        BackendStep.ChangesOfTenthOfPercent => "Changes since a version, after 0.1 %",
        BackendStep.ChangesOfPercent => "Changes since a version, after 1 %",
        BackendStep.OneWriter => "One writer",
        BackendStep.FourWriters => "Four writers",
        BackendStep.SixteenWriters => "Sixteen writers",
        BackendStep.Backup => "Full backup",
        BackendStep.Restore => "Restore",
        BackendStep.Open => "Open",
        BackendStep.StrictSave => "Save, flushed each",
        BackendStep.OneStrictWriter => "One writer, flushed each",
        BackendStep.FourStrictWriters => "Four writers, flushed each",
        BackendStep.SixteenStrictWriters => "Sixteen writers, flushed each",
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "This step is not known."),
    };

    /// <summary>What the time of it is the time of.</summary>
    internal static string Unit(this BackendStep step) => step switch
    {
        BackendStep.LoadHot or BackendStep.LoadUniform => "a load",
        BackendStep.Scan => "a scan",
        BackendStep.ChangesOfTenthOfPercent or BackendStep.ChangesOfPercent => "a walk over all changes",
        BackendStep.Backup => "a backup",
        BackendStep.Restore => "a restore",
        BackendStep.Open => "an opening",
        _ => "a save",
    };

    /// <summary>Whether each commit reaches the disk before it returns.</summary>
    internal static bool IsStrict(this BackendStep step) => step >= BackendStep.StrictSave;

    /// <summary>Whether only a store of ours can do it.</summary>
    internal static bool IsOurs(this BackendStep step) =>
        step is BackendStep.ChangesOfTenthOfPercent or BackendStep.ChangesOfPercent or BackendStep.Backup or BackendStep.Restore;

    /// <summary>How many threads write at once; 0 if that is not what is measured.</summary>
    internal static int Writers(this BackendStep step) => step switch
    {
        BackendStep.OneWriter or BackendStep.OneStrictWriter => 1,
        BackendStep.FourWriters or BackendStep.FourStrictWriters => 4,
        BackendStep.SixteenWriters or BackendStep.SixteenStrictWriters => 16,
        _ => 0,
    };
}
