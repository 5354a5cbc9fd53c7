namespace LlmSpell.Bench;

/// <summary>What is measured of each tool, in this order.</summary>
internal enum Operation
{
    /// <summary>The first backup, into an empty place.</summary>
    Full,

    /// <summary>The next one, after 0.1 % of the entries changed.</summary>
    AfterTenthOfPercent,

    /// <summary>The next one, after another 1 % of the entries changed.</summary>
    AfterPercent,

    /// <summary>Reading the newest backup whole and checking it.</summary>
    Verify,

    /// <summary>Bringing the newest backup back, into an empty place.</summary>
    Restore,
}
