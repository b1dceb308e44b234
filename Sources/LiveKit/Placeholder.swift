enum LiveKitPlaceholder {}
