namespace LlmSpell.Bench;

/// <summary>How the operations are called.</summary>
internal static class Operations
{
    internal static string Title(this Operation operation) => operation switch
    {
        Operation.Full => "Full backup",
        Operation.AfterTenthOfPercent => "Backup after 0.1 % changes",
        Operation.AfterPercent => "Backup after 1 % changes",
        Operation.Verify => "Verify",
        Operation.Restore => "Restore",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "This operation is not known."),
    };

    /// <summary>One in how many entries changes before it; 0: none.</summary>
    internal static int ChangesOneIn(this Operation operation) => operation switch
    {
        Operation.AfterTenthOfPercent => 1000,
        Operation.AfterPercent => 100,
        _ => 0,
    };

    internal static bool IsBackup(this Operation operation) => operation <= Operation.AfterPercent;
}
