# Completion of todo5 for PowerShell 5.1 and later. Load it with: todo5 completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName todo5 -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or $_.Extent.Text -eq $wordToComplete } |
        ForEach-Object { $_.Extent.Text })
    if ($wordToComplete -eq '') { $words += '""' }
    foreach ($line in (todo5 __complete -- @words 2>$null)) {
        if ($line -eq ':files') { return }
        $value, $description = $line -split "`t", 2
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
    }
}
